"""Members: people with their profiles, skills and roles; the viewer with what is theirs alone."""

from schema.members.own import ApiToken, Session, Viewer
from schema.members.people import Person, PersonSkill, RoleGrant, Skill

__all__ = ["ApiToken", "Person", "PersonSkill", "RoleGrant", "Session", "Skill", "Viewer"]
