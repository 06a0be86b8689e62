"""The programme: fields of action, Bausteine with their milestones, and what was reached, each figure with a source."""

from models.programme.milestone import Milestone, Plan
from models.programme.milestone_states import MilestoneState
from models.programme.places import FieldOfAction, ProgrammeBlock
from models.programme.refusals import (
    DateAhead,
    NothingCorrected,
    SourceMissing,
)
from models.programme.success import PUBLIC, Figure, Success
from models.programme.success_correction import SuccessCorrection
from models.programme.success_states import SuccessState

__all__ = [
    "PUBLIC",
    "DateAhead",
    "FieldOfAction",
    "Figure",
    "Milestone",
    "MilestoneState",
    "NothingCorrected",
    "Plan",
    "ProgrammeBlock",
    "SourceMissing",
    "Success",
    "SuccessCorrection",
    "SuccessState",
]
