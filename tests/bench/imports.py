"""How long a list takes to load, and how much memory: the 1,500 projects of the weekend, a chat's 28,000 members."""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from models.upgrade import upgrade
from tests.bench.places import SECRET, Place

PROJECTS, MEMBERS = 1_500, 28_000
THEMES = ("Gesundheit", "Bildung", "Nachbarschaft", "Wirtschaft", "Verwaltung", "Kultur", "Mobilität")
WORDS = ("Müll", "Wärme", "Masken", "Schul", "Nachbar", "Küchen", "Straßen", "Brücken", "Garten", "Daten", "Pflege")
ENDS = ["hilfe", "börse", "netz", "karte", "lotse", "funk", "tafel", "wege", "kiste", "atlas"]
STAGES = ("Idee", "Prototyp", "Pilot", "im Einsatz", "")
FIRST = ["Zoë", "Jürgen", "Änne", "Çiğdem", "Søren", "Łukasz", "Mia", "Noah", "Fatima", "Özlem", "Inés", "Björn"]
LAST = ["Müller", "Mueller", "Weiß", "Weiss", "Öztürk", "Ångström", "Nowak", "García", "Schäfer", "O'Brien"]


def projects(count: int, seed: int = 2020) -> Iterator[list[str]]:
    """A table of projects as a hackathon leaves it."""
    chance = random.Random(seed)
    yield ["Projekt-ID", "Titel", "Kurzbeschreibung", "Handlungsfeld", "Stand", "Devpost", "GitHub"]
    for number in range(1, count + 1):
        name = f"{chance.choice(WORDS)}{chance.choice(ENDS)} {number}"
        pitch = f"Wir bringen {chance.choice(WORDS)} und {chance.choice(ENDS)} zusammen; für alle, „auch offline“."
        links = [f"https://devpost.example.org/software/{number}", f"https://code.example.org/p/{number}"]
        yield [f"WVV-{number:04}", name, pitch, chance.choice(THEMES), chance.choice(STAGES), *links]


def members(count: int, seed: int = 2020) -> Iterator[list[str]]:
    """The member export of a chat."""
    chance = random.Random(seed)
    yield ["username", "email", "status", "billing-active", "has-2fa", "has-sso", "userid", "fullname", "displayname",
           "expiration-timestamp"]  # fmt: skip
    for number in range(1, count + 1):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        yield [f"mitglied.{number}", f"person{number}@example.org", "Member", "1", "0", "0", f"U{number:08X}",
               f"{first} {last}", first, ""]  # fmt: skip


def write(path: Path, rows: Iterator[list[str]], delimiter: str = ";", encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows(rows)
    return path


@dataclass(frozen=True)
class Loaded:
    """One run of the command in a process of its own."""

    seconds: float
    processor: float
    """Seconds of it that the process worked; the rest it waited, for the database or for its turn."""
    megabytes: float
    told: str

    def __str__(self) -> str:
        return f"{self.seconds:5.1f} s, {self.processor:4.1f} s of work, {self.megabytes:,.0f} MB at most: {self.told}"


def run(database: str, *arguments: str) -> Loaded:
    """`leuchtturm import ...` as an operator runs it. Memory is the process's peak, with everything it has loaded."""
    environment = {**os.environ, "LEUCHTTURM_SECRET": SECRET, "LEUCHTTURM_DATABASE_URL": database}
    begun = time.perf_counter()
    command: Sequence[str] = [sys.executable, "-m", "leuchtturm.cli", "import", *arguments, "--language", "en"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as p:
        assert p.stdout is not None
        said = p.stdout.read().strip().splitlines()
        _, status, used = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
    assert p.returncode == 0, said
    worked = used.ru_utime + used.ru_stime
    return Loaded(time.perf_counter() - begun, worked, used.ru_maxrss / 1024, said[-2])


@asynccontextmanager
async def lists(scale: float) -> AsyncIterator[dict[str, Path]]:
    """The two files, by what is in them."""
    with tempfile.TemporaryDirectory(prefix="leuchtturm-bench-") as folder:
        yield {
            "projects": write(Path(folder) / "projects.csv", projects(max(10, int(PROJECTS * scale)))),
            "members": write(Path(folder) / "members.csv", members(max(10, int(MEMBERS * scale))), ",", "utf-8"),
        }


async def loaded(place: Place, scale: float) -> AsyncIterator[tuple[str, Loaded]]:
    """A dry run, the first run and the second one, of both lists."""
    await upgrade(place.database)
    async with lists(scale) as files:
        for kind, path in files.items():
            for name, more in (("dry run", ["--dry-run"]), ("first run", []), ("second run", [])):
                yield f"{kind}, {name}", run(place.database, kind, str(path), *more)
