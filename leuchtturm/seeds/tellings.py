"""What the demo's stories are: whose, from which day, with which picture. The words lie in `texts/`."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any, NamedTuple

from leuchtturm.seeds import pictures
from models.language import Language
from models.stories import Words


class Telling(NamedTuple):
    """A story to tell: on which day of 2020, with which picture, and its alt texts."""

    team: str
    file: str
    day: tuple[int, int]
    tags: tuple[str, ...]
    picture: Callable[[Any], None] | None = None
    alt_de: str = ""
    alt_en: str = ""
    facts: tuple[tuple[str, str], ...] = ()


KREIDEKASTEN = Telling(
    "Kreidekasten", "kreidekasten", (4, 9), ("Bildung", "Schule", "Ehrenamt"), pictures.blackboard,
    "Eine Schultafel mit fünf Spalten bunter Karten, davor ein roter Kasten mit Kreide.",
    "A blackboard with five columns of coloured cards, in front of it a red box of chalk.",
    (("412 geprüfte Wochenpläne", "zahlen"), ("Klassen 1 bis 10", "plaene")),
)  # fmt: skip
TREPPENHAUS = Telling(
    "Treppenhaus", "treppenhaus", (4, 2), ("Nachbarschaft", "Barrierefreiheit"), pictures.staircase,
    "Ein Mietshaus bei Nacht, in dem auf jedem Treppenabsatz Licht brennt; neben der Tür hängt ein Aushang.",
    "A block of flats at night with light on every landing; a notice hangs next to the door.",
    (("96 Hausgemeinschaften", "zahlen"),),
)  # fmt: skip
LADENLICHT = Telling(
    "Ladenlicht", "ladenlicht", (4, 7), ("Wirtschaft", "Nachbarschaft"), pictures.shop_window,
    "Ein kleiner Laden mit rot-weißer Markise, im Schaufenster stehen bunte Gläser.",
    "A small shop with a red and white awning, coloured jars in its window.",
    (("53 Läden", "zahlen"),),
)  # fmt: skip
SIGNPOSTS = Telling(
    "Signposts", "signposts", (4, 8), ("Plain language", "Newcomers"), pictures.signposts,
    "Ein Wegweiser mit vier Pfeilen auf einem Hügel vor der aufgehenden Sonne.",
    "A signpost with four arrows on a hill in front of the rising sun.",
)  # fmt: skip
PULSBRUECKE = Telling(
    "Pulsbrücke", "pulsbruecke", (4, 10), ("Gesundheit",), pictures.heart_line,
    "Eine Brücke über Wasser, über der eine rote Linie wie ein Herzschlag ausschlägt.",
    "A bridge across water, above it a red line that beats like a heart.",
)  # fmt: skip
ABENDLICHT = Telling("Abendlicht", "abendlicht", (4, 6), ("Mentale Gesundheit",))
AMTSFADEN = Telling("Amtsfaden", "amtsfaden", (4, 10), ("Verwaltung",))


def words(file: str) -> dict[Language, Words]:
    """The texts of a story, as far as there are translations: `# headline`, `> teaser`, then the body."""
    found = {}
    for language in Language:
        text = files("leuchtturm.seeds") / "texts" / f"{file}.{language.value}.md"
        if text.is_file():
            headline, teaser, body = text.read_text(encoding="utf-8").split("\n\n", 2)
            found[language] = Words(headline.removeprefix("# "), teaser.removeprefix("> "), body)
    return found
