"""Every row, in one module: the one that Tortoise discovers. One line per word."""

from models.jobs import JobRun
from models.members import Person, RoleGrant
from models.outbox import AuditEvent, OutboxEvent, Pen
from models.programme import FieldOfAction, ProgrammeBlock, Success
from models.signin import ApiToken, LoginLink, Session
from models.teams import Team, TeamMembership

__all__ = [
    "ApiToken",
    "AuditEvent",
    "FieldOfAction",
    "JobRun",
    "LoginLink",
    "OutboxEvent",
    "Pen",
    "Person",
    "ProgrammeBlock",
    "RoleGrant",
    "Session",
    "Success",
    "Team",
    "TeamMembership",
]
