"""While somebody types a question they are shown what was asked before, and help lines where they may need one."""

from datetime import datetime

import pytest

from models.access import ANONYMOUS, Viewer
from models.language import Language
from models.questions import Question, QuestionState
from models.questions.crisis import help_lines
from models.questions.similar import Similar, shelves, similar
from models.teams import TeamMembership
from tests import people
from tests.graph.frontend import Frontend
from tests.questions.similar.crowd import Pair, crowd, pairs, twice
from tests.questions.waiting import waiting

EVERY = 3  # of the pairs, here; all of them among 20,000 questions are the business of tests/bench/similar.py


@pytest.fixture(autouse=True)
def patiently(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is slow, not wrong."""
    monkeypatch.setattr(shelves, "PATIENCE", 60.0)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a second later."""
    monkeypatch.setattr(shelves, "PAUSE", 0.0)


async def recall(labelled: list[Pair], typed: list[str], size: int, now: datetime) -> float:
    """The share that is among the first five of so many questions."""
    reader = await people.participant("Ada", now=now)
    told = [(pair.known_in, pair.known, pair.text) for pair in labelled]
    told += [(one.language, one.title, one.text) for one in crowd(size - len(told))]
    rows = [
        Question(title=title, body=text, language=language, state=QuestionState.QUEUED, asked_at=now)
        for language, title, text in told
    ]
    await Question.bulk_create(rows)
    hits = []
    for pair, text, row in zip(labelled, typed, rows, strict=False):
        hits.append(row.id in [one.question_id for one in await similar(text, reader, 5, pair.asked_in)])
    return sum(hits) / len(hits)


async def test_known_duplicates_are_among_the_first_five(database: str, now: datetime) -> None:
    """C2.1, title and text, among a thousand questions; figures.md has it among 20,000."""
    some = twice()[::EVERY]
    assert await recall(some, [pair.written for pair in some], 1_000, now) >= 0.85


async def test_a_title_alone_finds_most_of_them(database: str, now: datetime) -> None:
    """So that nobody makes it worse unseen."""
    some = pairs()[::EVERY]
    assert await recall(some, [pair.asked for pair in some], 380, now) >= 0.75


async def test_it_is_found_as_soon_as_it_is_asked_and_as_it_was_changed(
    database: str, at_once: None, now: datetime
) -> None:
    ada, manager = await people.participant("Ada", now=now), await people.manager(now=now)
    assert await similar("Wie verschlüsseln wir unsere Backups?", ada, 5) == []

    question = await waiting(ada, manager, now, title="How do we encrypt our backups?", language=Language.EN)
    assert [one.question_id for one in await similar("wie verschlüseln wir unsere Datensich", ada, 5)] == [question.id]

    await Question.filter(id=question.id).delete()
    assert await similar("Wie verschlüsseln wir unsere Backups?", ada, 5) == []


async def test_what_was_asked_twice_leads_to_one_question(database: str, at_once: None, now: datetime) -> None:
    ada, manager = await people.participant("Ada", now=now), await people.manager(now=now)
    first = await waiting(ada, manager, now, title="Wo liegt die Satzung?")
    second = await waiting(ada, manager, now, title="Wie lautet unser Statut im Wortlaut?")
    await Question.mark_duplicate(second.id, first.id, by=manager, now=now)

    assert await similar("Statut im Wortlaut gesucht", ada, 5) == [Similar(first.id, second.id)]


async def test_nobody_is_shown_what_they_may_not_see(database: str, at_once: None, now: datetime) -> None:
    team = await people.team()
    ada, otto = await people.participant("Ada", now=now), await people.participant("Otto", now=now)
    manager = await people.manager(now=now)
    await TeamMembership.create(team_id=team.id, person_id=ada.person_id)
    ada = Viewer(person_id=ada.person_id, roles=ada.roles, teams=frozenset({team.id}))
    secret = await waiting(ada, manager, now, title="Trennen wir uns von Kobold?", team_id=team.id, within_team=True)
    taken_back = await waiting(ada, manager, now, title="Wer füttert den Kobold?")
    await Question.close(taken_back.id, by=ada, now=now)

    assert [one.question_id for one in await similar("Kobold", ada, 5)] == [secret.id]
    assert await similar("Kobold", otto, 5) == []
    assert await similar("Kobold", ANONYMOUS, 5) == []


@pytest.mark.parametrize(
    "typed", ["", "ab", "?!… –", "\x00\ud800\u202e" * 9, "' OR 1=1 --", "x" * 99_999, "a " * 99_999]
)
async def test_whatever_is_typed_does_no_harm(database: str, now: datetime, typed: str) -> None:
    assert await similar(typed, await people.participant("Ada", now=now), 5) == []
    assert help_lines(typed) == ()


async def test_somebody_in_distress_is_shown_help_lines_before_they_send(frontend: Frontend, now: datetime) -> None:
    """E48, for everybody, in the same answer as what was asked before; and nothing about it is kept."""
    ada, manager = await people.participant("Ada", now=now), await people.manager(now=now)
    sealed = await waiting(ada, manager, now, title="Wer hört mir zu?", anonymous=True)
    otto = await people.participant("Otto", now=now)

    shown = await frontend.ask(otto, "SimilarQuestions", text="wer hört zu? ich möchte nicht mehr leb")
    assert shown["helpLines"] == []
    shown = await frontend.ask(otto, "SimilarQuestions", text="Wer hört zu? Ich möchte nicht mehr leben")
    assert "0800 1110111" in shown["helpLines"][0]["phones"] and shown["helpLines"][0]["about"]["en"]
    assert {"112", "116111"} <= {phone for line in shown["helpLines"] for phone in line["phones"]}
    assert [(one["id"], one["isAnonymous"], one["asker"]) for one in shown["questions"]] == [
        (str(sealed.id), True, None)
    ]

    stranger = await frontend.ask(ANONYMOUS, "SimilarQuestions", text="I want to die")
    assert stranger["helpLines"] and stranger["questions"] == []


@pytest.mark.parametrize(
    "words, shown",
    [
        ("Ich bring mich heute noch um", True),
        ("mein Leben hat einfach keinen Sinn", True),
        ("ich habe daran gedacht, mir das Leben zu nehmen", True),
        ("habe suizidale Gedanken", True),
        ("Mein Mann schlägt mich", True),
        ("I don’t want to live any more", True),
        ("I keep cutting myself", True),
        ("thinking about suicide", True),
        ("Gibt es Zahlen zur Selbstmordrate?", True),  # nobody is harmed by a help line too many
        ("Wie beenden wir einen hängenden Prozess?", False),
        ("How do I kill a process that does not die?", False),
        ("Unsere Seite ist tot. Wer nimmt sich ihrer an?", False),
    ],
)
def test_words_of_a_crisis_are_heard_in_all_their_forms(words: str, shown: bool) -> None:
    """E48."""
    assert bool(help_lines(words)) is shown
