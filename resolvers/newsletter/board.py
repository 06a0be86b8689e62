"""What editors do before an issue is sent: compose, arrange, read, approve."""

import strawberry

import models
from models.newsletter.compose import compose
from models.newsletter.items import ItemWords
from models.newsletter.weeks import Week
from resolvers.newsletter.seen import seen
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.newsletter import inputs as n

Issue = models.NewsletterIssue


def words(said: n.ItemWordsInput) -> ItemWords:
    return ItemWords(said.headline_de, said.headline_en, said.blurb_de, said.blurb_en, said.url)


@strawberry.type
class BoardMutation:
    @verb(n.ComposeIssuePayload)
    async def compose_issue(self, info: Info, input: n.ComposeIssueInput) -> n.ComposeIssuePayload:
        """Compose the issue of a week from what was published since the last one; editors and community managers.

        What editors pinned, hid, reworded, reordered or added stays as they left it.
        """
        issue = await compose(
            Week.read(input.iso_week),
            zone=info.context.services.site.zone,
            by=info.context.viewer,
            now=info.context.now,
        )
        return n.ComposeIssuePayload(issue=shown(issue))

    @verb(n.RewordIssuePayload)
    async def reword_issue(self, info: Info, input: n.RewordIssueInput) -> n.RewordIssuePayload:
        """Change subjects and greetings. An approval is void with it."""
        issue = await Issue.reword(
            await seen(info, input.id), revision=input.revision, subject_de=input.subject_de,
            subject_en=input.subject_en, intro_de=input.intro_de, intro_en=input.intro_en, by=info.context.viewer,
            now=info.context.now,
        )  # fmt: skip
        return n.RewordIssuePayload(issue=shown(issue))

    @verb(n.EditItemPayload)
    async def edit_item(self, info: Info, input: n.EditItemInput) -> n.EditItemPayload:
        """Pin, hide or reword an item. An approval is void with it."""
        issue = await Issue.edit_item(
            await seen(info, input.id), input.item_id, revision=input.revision, pinned=input.pinned,
            hidden=input.hidden, words=words(input.words) if input.words else None, by=info.context.viewer,
            now=info.context.now,
        )  # fmt: skip
        return n.EditItemPayload(issue=shown(issue))

    @verb(n.ReorderSectionPayload)
    async def reorder_section(self, info: Info, input: n.ReorderSectionInput) -> n.ReorderSectionPayload:
        """Bring a section into another order."""
        issue = await Issue.reorder(
            await seen(info, input.id), input.section, input.item_ids, revision=input.revision,
            by=info.context.viewer, now=info.context.now,
        )  # fmt: skip
        return n.ReorderSectionPayload(issue=shown(issue))

    @verb(n.AddNotePayload)
    async def add_note(self, info: Info, input: n.AddNoteInput) -> n.AddNotePayload:
        """Add an item of your own."""
        issue = await Issue.add_note(
            await seen(info, input.id), input.section, words(input.words), revision=input.revision,
            by=info.context.viewer, now=info.context.now,
        )  # fmt: skip
        return n.AddNotePayload(issue=shown(issue))

    @verb(n.RemoveNotePayload)
    async def remove_note(self, info: Info, input: n.RemoveNoteInput) -> n.RemoveNotePayload:
        """Delete an item of your own; what came from the event log is hidden instead."""
        issue = await Issue.remove_note(
            await seen(info, input.id), input.item_id, revision=input.revision, by=info.context.viewer,
            now=info.context.now,
        )  # fmt: skip
        return n.RemoveNotePayload(issue=shown(issue))

    @verb(n.SendTestPayload, limit="20/hour")
    async def send_test(self, info: Info, input: n.SendTestInput) -> n.SendTestPayload:
        """Mail the issue as it stands to yourself, marked as a test."""
        id = await seen(info, input.id)
        await Issue.send_test(id, language=input.language, by=info.context.viewer, now=info.context.now)
        return n.SendTestPayload(issue=shown(await Issue.get(id=id)))

    @verb(n.ApproveIssuePayload)
    async def approve_issue(self, info: Info, input: n.ApproveIssueInput) -> n.ApproveIssuePayload:
        """Approve exactly the revision you have read; an editor who neither composed nor last changed it."""
        issue = await Issue.approve(
            await seen(info, input.id), revision=input.revision, by=info.context.viewer, now=info.context.now
        )
        return n.ApproveIssuePayload(issue=shown(issue))
