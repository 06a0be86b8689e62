"""Rows that are written together, and rows that are made without asking Tortoise about each column."""

import pytest
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError, ValidationError
from tortoise.models import Model
from tortoise.transactions import in_transaction

import models
from models.base import new_id, utcnow
from models.inserting import insert
from models.language import Language
from models.outbox import AuditEvent, OutboxEvent
from tests import people

pytestmark = pytest.mark.usefixtures("database")


async def test_a_new_row_of_every_table_is_what_tortoise_would_have_made() -> None:
    """Defaults, nulls and the flags that Tortoise keeps; but for what is random or counts the time."""
    for model in Tortoise.apps["models"].values():
        ours, theirs = model(), model.__new__(model)
        Model.__init__(theirs)
        assert ours.__dict__.keys() == theirs.__dict__.keys()
        known = {name for name, field in model._meta.fields_map.items() if not callable(field.default)}
        assert {n: v for n, v in vars(ours).items() if n in known} == {
            n: v for n, v in vars(theirs).items() if n in known
        }
        assert not ours._saved_in_db


async def test_rows_written_together_are_read_as_they_were_made() -> None:
    editor, team = await people.editor(), await people.team()
    story = models.Story(team_id=team.id, author_id=editor.person_id, title="Wärme", slug="waerme", tags=["Bad"])
    text = models.StoryText(story_id=story.id, language=Language.DE, headline="Wärme")
    event = OutboxEvent(type="story.lead", subject_kind="story", subject_id=story.id, payload={"a": 1}, at=utcnow())
    async with in_transaction():
        await insert(story, text, AuditEvent.of(story, "lead", by=editor, now=utcnow()), event)
    for made in (story, text, event):
        read = await type(made).get(id=made.id)
        columns = type(made)._meta.fields_db_projection
        assert {name: getattr(read, name) for name in columns} == {name: getattr(made, name) for name in columns}
    story.title = "Kälte"
    await story.save()  # known as written: this updates
    assert (await models.Story.get(id=story.id)).title == "Kälte"


async def test_of_rows_written_together_none_remains_when_one_is_refused() -> None:
    editor = await people.editor()
    good = AuditEvent.of(models.Story(), "lead", by=editor, now=utcnow())
    long = AuditEvent.of(models.Story(), "x" * 61, by=editor, now=utcnow())
    with pytest.raises(ValidationError):
        async with in_transaction():
            await insert(good, long)
    stray = models.StoryText(story_id=new_id(), language=Language.DE, headline="Ohne Geschichte")
    with pytest.raises(IntegrityError):
        async with in_transaction():
            await insert(good, stray)
    assert not await AuditEvent.filter(id=good.id).exists()
