"""Members: people with what they say about themselves, their roles, skills, consents, and whom they rather not meet."""

from models.members.aliases import Alias, AliasContext
from models.members.blocks import Block, blocked, blocked_pairs
from models.members.consents import Consent, ConsentStatus, Purpose
from models.members.fields import FieldVisibility, ProfileField, WeekPart, address, person_name
from models.members.grants import RoleGrant
from models.members.hiding import BulkHide
from models.members.invitations import Invitation, InvitationState
from models.members.person import Person, PersonState
from models.members.refusals import AddressTaken, HumanStepNeeded, InvalidAddress, InvalidName
from models.members.skills import PersonSkill, Skill, SkillState
from models.members.young import HumanStep, alone_with

__all__ = [
    "AddressTaken",
    "Alias",
    "AliasContext",
    "Block",
    "BulkHide",
    "Consent",
    "ConsentStatus",
    "FieldVisibility",
    "HumanStep",
    "HumanStepNeeded",
    "InvalidAddress",
    "InvalidName",
    "Invitation",
    "InvitationState",
    "Person",
    "PersonSkill",
    "PersonState",
    "ProfileField",
    "Purpose",
    "RoleGrant",
    "Skill",
    "SkillState",
    "WeekPart",
    "address",
    "alone_with",
    "blocked",
    "blocked_pairs",
    "person_name",
]
