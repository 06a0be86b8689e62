"""E60: lists load again and again without duplicates, with a dry-run diff; a hostile line costs nothing but itself."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

import models
from leuchtturm.cli import main
from models.access import SYSTEM
from models.imports import ImportedRow, ImportRun, Kind, Line, Outcome, Tally, Wish, load
from models.imports.reading import LINES_MOST, Lines
from models.imports.refusals import ColumnsMissing, ColumnTwice, FileUnusable
from models.imports.report import as_csv
from models.imports.table import Table
from models.language import Language
from models.members import Consent, Person, PersonState
from models.privacy.erasing import erase
from models.teams import LinkState, Stage, Team, TeamState
from models.teams.founding import Words
from tests import people
from tests.bench import imports as lists

A, C, U, R = Outcome.ADDED, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.REFUSED
HEAD = "Projekt-ID;Titel;Kurzbeschreibung;Handlungsfeld;Stand;Devpost;Baustein\n"
ONE = "P1;Müllkühler;Kühlt „Müll“.;Bildung;Prototyp;https://devpost.example.org/p1;Solution Enabler\n"


async def taken(text: str | bytes, now: datetime, **more: Any) -> list[Line]:
    """Every line of a file, imported."""
    found: list[Line] = []
    wish = Wish(**{"kind": Kind.PROJECTS, "source": "weekend", **more})
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    tally = await load(file, wish, now=now, tell=lambda lines, read: found.extend(lines))
    assert tally.lines == len(found)
    return found


def outcomes(lines: list[Line]) -> list[Outcome]:
    return [line.outcome for line in lines]


def whole(rows: list[list[str]], delimiter: str = ";") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


@pytest.fixture
async def programme(database: str) -> str:
    await models.FieldOfAction.create(key="education", title_de="Bildung", title_en="Education")
    await models.ProgrammeBlock.create(key="enabler", title_de="Solution Enabler")
    return database


async def everything() -> dict[str, list[Any]]:
    """All rows that an import may touch, with their versions."""
    kinds = (Team, models.TeamLink, models.BlockMembership, Person, ImportedRow, ImportRun, models.OutboxEvent,
             models.AuditEvent)  # fmt: skip
    return {kind.__name__: await kind.all().order_by("id").values() for kind in kinds}


async def test_a_list_of_projects_loads_twice_without_duplicates(programme: str, now: datetime) -> None:
    """The dry run says what the first run then does and writes nothing; the second run changes nothing at all."""
    rows = list(lists.projects(130))
    text = whole(rows)
    before = await everything()
    planned = await taken(text, now, dry_run=True)
    assert await everything() == before
    first = await taken(text, now)
    after = await everything()
    second = await taken(text, now)

    assert [line.outcome for line in planned] == outcomes(first) == [A] * 130
    assert outcomes(second) == [U] * 130 and await everything() == after
    assert await Team.all().count() == 130 and await ImportRun.all().count() == 1
    run = await ImportRun.get()
    assert run.counts == {"added": 130, "changed": 0, "unchanged": 0, "refused": 0} and len(run.file_hash) == 64


async def test_a_project_becomes_a_team_with_all_that_the_list_says(programme: str, now: datetime) -> None:
    """E24: umlauts as they are in names, spelled out in addresses. Drafts, unless the list is to be shown at once."""
    assert outcomes(await taken(HEAD + ONE, now)) == [A]
    team = await Team.get().prefetch_related("field_of_action", "block_memberships__block")
    link = await models.TeamLink.get()

    assert (team.name, team.slug, team.pitch, team.stage) == (
        "Müllkühler",
        "muellkuehler",
        "Kühlt „Müll“.",
        "prototype",
    )
    assert (team.state, team.field_of_action.key) == (TeamState.DRAFT, "education")
    assert [m.block.key for m in team.block_memberships] == ["enabler"]  # type: ignore[attr-defined]
    assert (link.url, link.state) == ("https://devpost.example.org/p1", LinkState.SHOWN)

    listed = await taken(HEAD + ONE + ONE.replace("P1", "P2"), now, listed=True)
    assert [(line.outcome, line.changes) for line in listed] == [(C, ("state",)), (A, ())]
    assert await Team.filter(state=TeamState.LISTED).count() == 2
    assert {team.slug async for team in Team.all()} == {"muellkuehler", "muellkuehler-2"}


async def test_what_people_wrote_here_is_stronger_than_the_list(programme: str, now: datetime) -> None:
    await taken(HEAD + ONE, now)
    team = await Team.get()
    await Team.edit(team.id, Words(pitch="Unser eigener Satz."), by=await people.manager(), now=now)

    (line,) = await taken(HEAD + ONE.replace("Kühlt", "Wärmt").replace("Prototyp", "Pilot"), now)
    team = await Team.get()

    assert (line.outcome, line.changes) == (C, ("stage",)) and "bleibt" in line.told(Language.DE)
    assert (team.pitch, team.stage) == ("Unser eigener Satz.", Stage.PILOT)
    assert outcomes(await taken(HEAD + ONE.replace("Kühlt", "Wärmt").replace("Prototyp", "Pilot"), now)) == [U]


async def test_a_team_of_the_same_name_is_not_made_twice_behind_its_back(programme: str, now: datetime) -> None:
    await people.team("Müllkühler", "muellkuehler")

    (refused,) = await taken(HEAD + ONE, now)
    (adopted,) = await taken(HEAD + ONE, now, adopt=True)

    assert refused.reason is not None and refused.reason.code == "NAME_TAKEN" and "muellkuehler" in refused.reason.de
    assert adopted.outcome is A and await Team.all().count() == 1
    assert outcomes(await taken(HEAD + ONE, now)) == [U]


HOSTILE = [
    ("P2;Nul\x00;x;;;;", "NOT_TEXT"),
    ("P3;" + "x" * 1_000_000 + ";;;;;", "LINE_TOO_LONG"),
    ('P4;"never closed;;;;;', "LINE_UNREADABLE"),
    ("P1;Zwilling;;;;;", "KEY_TWICE"),
    (";Ohne Schlüssel;;;;;", "CELLS_MISSING"),
    ("P5;;;;;;", "CELLS_MISSING"),
    ("P6;Zu viele;a;b;c;d;e;f;g", "CELLS_TOO_MANY"),
    ("P7;Stand;;;fertig;;", "UNKNOWN_STAGE"),
    ("P8;Umkehr\u202e;;;;;", "NOT_TEXT"),
    ("P9;" + "N" * 200 + ";;;;;", "TEXT_TOO_LONG"),
    ('PA;"a"b;;;;;', "LINE_UNREADABLE"),
]
GOOD = 'G{};"Gut; auch mit ""Zeichen""\nund Zeilen";=1+1;Katzen;;http://a.example https://b.example;\n'


async def test_a_hostile_line_is_refused_and_takes_no_other_with_it(programme: str, now: datetime) -> None:
    """NUL, a cell of a megabyte, an open quotation mark, doubled keys: each is refused by its number, no other is."""
    text = HEAD + ONE
    for number, (line, _) in enumerate(HOSTILE):
        text += line + "\n" + GOOD.format(number).replace("\n", " ", 1)
    found = await taken(text, now)

    refused = [line for line in found if line.outcome is R]
    assert [line.reason.code for line in refused if line.reason] == [code for _, code in HOSTILE]
    assert [text.split("\n")[line.number - 1][:3] for line in refused] == [line[:3] for line, _ in HOSTILE]
    assert outcomes(found).count(A) == 1 + len(HOSTILE)
    assert all(line.reason and line.reason.de and line.reason.en for line in refused)
    noted = next(line for line in found if line.key == "G0")
    assert "Katzen" in noted.told(Language.DE) and "https" in noted.told(Language.EN)
    team = await Team.get(name__startswith="Gut", slug__endswith="zeilen")
    assert team.pitch == "=1+1"  # text is text; only what goes into a spreadsheet is made harmless
    report = as_csv([*found, Line(99, "=cmd|'/c calc'!A0", R)], Language.DE)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in report.splitlines() for cell in row.split(";"))


@pytest.mark.parametrize(
    "encode", [
        lambda text: text.encode("utf-8-sig"), lambda text: text.encode("cp1252"), lambda text: text.encode("utf-16"),
        lambda text: text.replace(";", ",").encode(), lambda text: text.replace(";", "\t").encode(),
        lambda text: ("sep=;\r\n" + text.replace("\n", "\r\n")).encode(),
        lambda text: text.replace("u\u0308", "ü").replace("ü", "u\u0308").encode(),
    ],
    ids=["bom", "windows", "utf-16", "comma", "tab", "sep", "decomposed"],
)  # fmt: skip
async def test_files_come_as_people_have_them(programme: str, now: datetime, encode: Any) -> None:
    await taken(encode(HEAD + ONE), now)
    team = await Team.get().prefetch_related("field_of_action")
    assert (team.name, team.pitch, team.field_of_action.key) == ("Müllkühler", "Kühlt „Müll“.", "education")


async def test_a_line_in_windows_letters_does_not_spoil_the_others(programme: str, now: datetime) -> None:
    await taken(HEAD.encode() + ONE.encode() + ONE.replace("P1;M", "P2;B").encode("cp1252"), now)
    assert {team.name async for team in Team.all()} == {"Müllkühler", "Büllkühler"}


@pytest.mark.parametrize(
    "text, refusal", [
        ("", FileUnusable), ("\n\n", FileUnusable), ("Titel;Stand\nA;Idee\n", ColumnsMissing),
        ("\x00\x01\xff", ColumnsMissing),
        ("ID;Titel;Name\n1;a;b\n", ColumnTwice), ('"ID;Titel\n1;a\n', FileUnusable),
    ],
)  # fmt: skip
async def test_a_file_that_cannot_be_understood_is_left_alone(
    programme: str, now: datetime, text: str, refusal: type[FileUnusable]
) -> None:
    with pytest.raises(refusal):
        await taken(text, now)
    assert await ImportRun.all().count() == 0
    meant = {"columns": {"key": "Titel", "name": "Titel"}} if refusal is ColumnsMissing and "Titel" in text else None
    if meant:
        with pytest.raises(ColumnsMissing):  # one column is one thing
            await taken(text, now, **meant)
        assert outcomes(await taken("Devpost-Nr.;Titel\n7;A\n", now, columns={"key": "devpost nr"})) == [A]


async def test_a_chat_export_invites_people_and_mails_nobody(database: str, now: datetime) -> None:
    """E9: invited, no consent, no mail, no job; members stay as they are; bots and twins are refused; E60: twice."""
    ada = await people.participant("Ada Brinkmann", email="person3@example.org", now=now)
    rows = list(lists.members(50))
    rows += [["bot", "bot@example.org", "Bot", *rows[1][3:6], "UBOT", "Bot", "", ""], rows[7]]
    rows.append(["x", "PERSON5@example.org ", "Member", *rows[1][3:6], "UX", "Twin", "", ""])
    rows.append(["y", "no-address", "Member", *rows[1][3:6], "UY", "No Address", "", ""])
    jobs = await models.JobRun.all().count()

    first = await taken(whole(rows, ","), now, kind=Kind.MEMBERS, source="slack")
    after = await everything()
    second = await taken(whole(rows, ","), now, kind=Kind.MEMBERS, source="slack")

    codes = [line.reason.code for line in first if line.reason]
    assert codes == ["NOT_A_PERSON", "KEY_TWICE", "ADDRESS_TWICE", "INVALID_ADDRESS"]
    assert (outcomes(first).count(A), outcomes(first).count(U)) == (49, 1)
    assert outcomes(second).count(U) == 50 and await everything() == after
    assert await Person.filter(state=PersonState.INVITED).count() == 49
    assert (await Person.get(id=ada.person_id)).display_name == "Ada Brinkmann"
    assert await models.JobRun.all().count() == jobs and await models.CaughtMail.all().count() == 0
    invited = await Person.filter(state=PersonState.INVITED).first()
    assert invited is not None and await Consent.filter(person_id=invited.id).count() == 0
    assert invited.email.startswith("person") and invited.handle.startswith("mitglied-")
    assert not [
        row for row in await ImportedRow.all().values_list("key", flat=True) if "@" in str(row) or "U0" in str(row)
    ]


async def test_a_list_corrects_who_still_waits_and_nobody_else(database: str, now: datetime) -> None:
    """E2: whoever was erased is not brought back by the next list."""
    head = "id,email,name,sprache\n"
    await taken(f"{head}1,ada@example.org,Ada,en\n2,bo@example.org,Bo,\n3,cy@example.org,Cy,\n", now, kind=Kind.MEMBERS)
    bo, cy = await Person.get(display_name="Bo"), await Person.get(display_name="Cy")
    await Person.filter(id=bo.id).update(state=PersonState.ACTIVE)
    await Person.filter(id=cy.id).update(state=PersonState.ACTIVE)
    await Person.request_erasure(cy.id, by=SYSTEM, now=now, regret=timedelta(0))
    await erase(cy.id, now=now)

    text = f"{head}1,ada@example.com,Ada L.,de\n2,bo@example.com,Robert,en\n3,cy@example.org,Cy,\n"
    lines = await taken(text, now, kind=Kind.MEMBERS)

    assert outcomes(lines) == [C, U, R] and lines[0].changes == ("email", "name", "language")
    assert lines[2].reason is not None and lines[2].reason.code == "HAS_LEFT"
    ada = await Person.get(display_name="Ada L.")
    assert (ada.email, ada.locale) == ("ada@example.com", Language.DE)
    assert (await Person.get(id=bo.id)).display_name == "Bo" and await Person.all().count() == 3


HEADER = HEAD.encode()
PIECES = st.lists(
    st.one_of(
        st.binary(max_size=12), st.sampled_from([b'"', b'""', b";", b"\n", b"\r\n", b"\x00", b"P1;A;b", b"\xc3"])
    ),
    max_size=40,
)


@settings(max_examples=50, deadline=None)
@given(pieces=PIECES)
def test_no_bytes_stop_the_reading_and_what_stands_after_them_is_read(pieces: list[bytes]) -> None:
    """Whatever comes, each line has its number once, and good lines far enough behind it are read as they are."""
    far = b"\n" * 3 + b"".join(b"G%d;Gut %d;;;;;\n" % (n, n) for n in range(LINES_MOST + 50))
    found = list(Table(Lines(io.BytesIO(HEADER + b"".join(pieces) + far)), Kind.PROJECTS))

    numbers = [line.number for line in found]
    assert numbers == sorted(set(numbers))
    assert [line.one("key") for line in found if line.refusal is None][-40:] == [
        f"G{n}" for n in range(LINES_MOST + 10, LINES_MOST + 50)
    ]


def run(folder: Path, *words: str) -> Result:
    settings = {"LEUCHTTURM_DATA_DIR": str(folder), "LEUCHTTURM_SECRET": "x" * 40}
    return CliRunner(env=settings).invoke(main, list(words))


def test_the_command_line_says_what_it_does_in_both_languages(tmp_path: Path) -> None:
    """Progress on one channel, the diff on the other; the exit code tells a script; a report for a spreadsheet."""
    file, report = tmp_path / "projekte.csv", tmp_path / "bericht.csv"
    file.write_text("ID;Titel;Stand\n1;Anker;Idee\n2;Boje;fertig\n")
    assert run(tmp_path, "migrate").exit_code == 0

    dry = run(tmp_path, "import", "projects", str(file), "--dry-run", "--language", "en")
    real = run(tmp_path, "import", "projects", str(file), "--report", str(report))
    again = run(tmp_path, "import", "projects", str(file))
    wrong = run(tmp_path, "import", "members", str(file))

    assert dry.exit_code == real.exit_code == again.exit_code == 1 and wrong.exit_code == 2
    assert (
        "line 3 (2): refused: We do not know this stage" in dry.stdout and "Dry run: nothing was written." in dry.stdout
    )
    assert "1 added, 0 changed, 0 unchanged, 1 refused" in dry.stdout and "2 lines, 100 %" in dry.stderr
    assert "Zeile 3 (2): abgelehnt: Diesen Stand kennen wir nicht." in real.stdout and "1 neu" in real.stdout
    assert "1 unverändert" in again.stdout and "Es fehlt die Spalte email" in wrong.stderr
    assert report.read_text("utf-8-sig").splitlines()[1:] == [
        "2;1;neu;",
        "3;2;abgelehnt;Diesen Stand kennen wir nicht. Möglich sind: Idee, Prototyp, Pilot, im Einsatz.",
    ]  # fmt: skip


def test_a_tally_speaks_both_languages() -> None:
    tally = Tally()
    tally.count([Line(2, "a", A), Line(3, "b", R)])
    assert tally.told(Language.DE) == "1 neu, 0 geändert, 0 unverändert, 1 abgelehnt"
