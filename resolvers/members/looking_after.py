"""Mutations of community managers: restrict, hide many at once, vouch; each can be taken back."""

import strawberry

import models
from models import text
from models.errors import ValidationProblem
from models.members.hiding import BulkHide, newcomers, vouch
from models.members.young import HumanStep, lift_protection
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.members import looking_after as a
from schema.moments import moment


class WhomToHide(ValidationProblem):
    code = "WHOM_TO_HIDE"
    de = "Bitte nennt Mitglieder oder einen Zeitpunkt, ab dem neue Konten gemeint sind; nicht beides."
    en = "Please name members, or a moment since which new accounts are meant; not both."


@strawberry.type
class LookingAfterMutation:
    @verb(a.RestrictMemberPayload)
    async def restrict_member(self, info: Info, input: a.RestrictMemberInput) -> a.RestrictMemberPayload:
        """Hide an account and let it take part in nothing; managers. It can be lifted."""
        why = text.line(input.reason, "reason", 280)
        person = await models.Person.act(input.id, "restrict", by=info.context.viewer, now=info.context.now, note=why)
        return a.RestrictMemberPayload(person=shown(person))

    @verb(a.LiftMemberPayload)
    async def lift_member(self, info: Info, input: a.LiftMemberInput) -> a.LiftMemberPayload:
        """End a restriction; managers."""
        why = text.line(input.reason, "reason", 280, required=False)
        person = await models.Person.act(input.id, "lift", by=info.context.viewer, now=info.context.now, note=why)
        return a.LiftMemberPayload(person=shown(person))

    @verb(a.HideMembersPayload)
    async def hide_members(self, info: Info, input: a.HideMembersInput) -> a.HideMembersPayload:
        """Hide many accounts with one click, such as a wave of bots; managers. `undoHideMembers` brings all back."""
        by, now = info.context.viewer, info.context.now
        if bool(input.ids) == (input.joined_since is not None):
            raise WhomToHide("ids")
        if input.joined_since is not None:
            suspects = newcomers(moment(input.joined_since, "joinedSince"))
            batch = await BulkHide.hide_suspects(suspects, reason=input.reason, by=by, now=now)
        else:
            batch = await BulkHide.hide(input.ids, reason=input.reason, by=by, now=now)
        return a.HideMembersPayload(hide=shown(batch))

    @verb(a.UndoHideMembersPayload)
    async def undo_hide_members(self, info: Info, input: a.UndoHideMembersInput) -> a.UndoHideMembersPayload:
        """Take such a click back; who was restricted before it stays so. Managers."""
        batch = await BulkHide.undo(input.id, by=info.context.viewer, now=info.context.now)
        return a.UndoHideMembersPayload(hide=shown(batch))

    @verb(a.VouchForMemberPayload)
    async def vouch_for_member(self, info: Info, input: a.VouchForMemberInput) -> a.VouchForMemberPayload:
        """Let the links of a new account be seen at once; managers. After a week they are anyway."""
        person = await vouch(input.id, by=info.context.viewer, now=info.context.now)
        return a.VouchForMemberPayload(person=shown(person))

    @verb(a.LiftProtectionPayload)
    async def lift_protection(self, info: Info, input: a.LiftProtectionInput) -> a.LiftProtectionPayload:
        """Somebody is protected as below 16 by mistake; managers, after asking."""
        person = await lift_protection(input.id, by=info.context.viewer, now=info.context.now)
        return a.LiftProtectionPayload(person=shown(person))

    @verb(a.TakeHumanStepPayload)
    async def take_human_step(self, info: Info, input: a.TakeHumanStepInput) -> a.TakeHumanStepPayload:
        """Let two people be matched one to one, one of whom is below 16; managers."""
        await HumanStep.take(
            input.person_id, input.other_id, by=info.context.viewer, now=info.context.now, note=input.note
        )
        return a.TakeHumanStepPayload(taken=True)
