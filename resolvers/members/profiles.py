"""Mutations about oneself: profile, skills, consents, aliases, and whom one rather does not meet."""

from typing import Any

import strawberry
from tortoise.transactions import in_transaction

import models
from models.members import Purpose, profile
from models.members.young import declare_birth
from resolvers.members.sessions import signed_in
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.members import changes as c

COLUMNS = {
    name: name
    for name in ("display_name", "pronouns", "time_zone", "about", "place", "links", "languages", "week_parts")
} | {"language": "locale"}
"""Field of the input -> column of the person."""
NEW_SKILLS = "20/day"


def _changes(input: c.UpdateProfileInput) -> dict[str, Any]:
    """What was given, by column."""
    given = {column: getattr(input, name) for name, column in COLUMNS.items() if getattr(input, name) is not None}
    for name in ("hours_per_week", "away_until"):
        if getattr(input, name) is not strawberry.UNSET:
            given[name] = getattr(input, name)
    return given


@strawberry.type
class ProfileMutation:
    @verb(c.UpdateProfilePayload)
    async def update_profile(self, info: Info, input: c.UpdateProfileInput) -> c.UpdateProfilePayload:
        """Change your profile and to whom its fields are shown. What is left out stays as it is."""
        me, by, now = signed_in(info.context), info.context.viewer, info.context.now
        shows = {each.field: each.visibility for each in input.visibility or []}
        async with in_transaction():
            if input.skill_ids is not None:
                await models.PersonSkill.choose(me, input.skill_ids, by=by, now=now)
            person = await profile.update(by=by, now=now, version=input.version, visibility=shows, **_changes(input))
        return c.UpdateProfilePayload(person=shown(person))

    @verb(c.DeclareBirthPayload)
    async def declare_birth(self, info: Info, input: c.DeclareBirthInput) -> c.DeclareBirthPayload:
        """Say that you are below 16: nobody is matched with you alone before a person has looked."""
        person = await declare_birth(input.year, input.month, by=info.context.viewer, now=info.context.now)
        return c.DeclareBirthPayload(person=shown(person))

    @verb(c.ProposeSkillPayload, limit=NEW_SKILLS)
    async def propose_skill(self, info: Info, input: c.ProposeSkillInput) -> c.ProposeSkillPayload:
        """Propose an entry for the catalogue. You may use it at once; others see it when it is approved."""
        skill = await models.Skill.propose(
            input.label_de, input.label_en, by=info.context.viewer, now=info.context.now, synonyms=input.synonyms,
            parent_id=input.parent_id,
        )  # fmt: skip
        return c.ProposeSkillPayload(skill=shown(skill))

    @verb(c.ApproveSkillPayload)
    async def approve_skill(self, info: Info, input: c.ApproveSkillInput) -> c.ApproveSkillPayload:
        """Take a proposal into the catalogue, with corrected words if need be; community managers."""
        skill = await models.Skill.approve(
            input.id, by=info.context.viewer, now=info.context.now, label_de=input.label_de, label_en=input.label_en,
            synonyms=input.synonyms, parent_id=input.parent_id,
        )  # fmt: skip
        return c.ApproveSkillPayload(skill=shown(skill))

    @verb(c.DeclineSkillPayload)
    async def decline_skill(self, info: Info, input: c.DeclineSkillInput) -> c.DeclineSkillPayload:
        """Leave a proposal out of the catalogue; community managers."""
        skill = await models.Skill.decline(input.id, by=info.context.viewer, now=info.context.now)
        return c.DeclineSkillPayload(skill=shown(skill))

    @verb(c.MergeSkillPayload)
    async def merge_skill(self, info: Info, input: c.MergeSkillInput) -> c.MergeSkillPayload:
        """Make one skill of two: names become synonyms, people keep what they can do; community managers."""
        skill = await models.Skill.merge(input.id, input.into, by=info.context.viewer, now=info.context.now)
        return c.MergeSkillPayload(skill=shown(skill))

    @verb(c.GiveConsentPayload)
    async def give_consent(self, info: Info, input: c.GiveConsentInput) -> c.GiveConsentPayload:
        """Agree to one purpose. For the newsletter a mail follows, whose link confirms it."""
        me, now = signed_in(info.context), info.context.now
        async with in_transaction():
            consent = await models.Consent.give(input.purpose, input.language, by=info.context.viewer, now=now)
            if input.purpose is Purpose.NEWSLETTER:
                reader = await models.Person.get(id=me)
                await models.Subscription.subscribe(reader.email, language=input.language, now=now)
        return c.GiveConsentPayload(consent=shown(consent))

    @verb(c.WithdrawConsentPayload)
    async def withdraw_consent(self, info: Info, input: c.WithdrawConsentInput) -> c.WithdrawConsentPayload:
        """Take one consent back. Without the one for the account, leaving begins, with a week to change your mind."""
        me, now = signed_in(info.context), info.context.now
        async with in_transaction():
            consent = await models.Consent.withdraw(input.purpose, by=info.context.viewer, now=now)
            if input.purpose is Purpose.NEWSLETTER:
                await models.Subscription.leave((await models.Person.get(id=me)).email_hash, now=now)
        return c.WithdrawConsentPayload(consent=shown(consent))

    @verb(c.TakeAliasPayload)
    async def take_alias(self, info: Info, input: c.TakeAliasInput) -> c.TakeAliasPayload:
        """Use another name in one context. Nothing in the graph leads from it to you; your export says whose it is."""
        alias = await models.Alias.take(input.context, input.name, by=info.context.viewer, now=info.context.now)
        return c.TakeAliasPayload(alias=shown(alias))

    @verb(c.DropAliasPayload)
    async def drop_alias(self, info: Info, input: c.DropAliasInput) -> c.DropAliasPayload:
        """Give one of your aliases up."""
        signed_in(info.context)
        await models.Alias.drop(input.id, by=info.context.viewer)
        return c.DropAliasPayload(id=input.id)

    @verb(c.BlockMemberPayload)
    async def block_member(self, info: Info, input: c.BlockMemberInput) -> c.BlockMemberPayload:
        """Never be matched with somebody. Nobody learns of it, and you need no reason."""
        block = await models.Block.put(input.person_id, by=info.context.viewer, now=info.context.now)
        return c.BlockMemberPayload(block=shown(block))

    @verb(c.UnblockMemberPayload)
    async def unblock_member(self, info: Info, input: c.UnblockMemberInput) -> c.UnblockMemberPayload:
        """Take such a wish back."""
        await models.Block.lift(input.person_id, by=info.context.viewer)
        return c.UnblockMemberPayload(person_id=input.person_id)
