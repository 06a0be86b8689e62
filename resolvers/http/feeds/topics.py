"""Which feeds there are: by topic, by Baustein, by field of action."""

import re
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from tortoise.expressions import Q

from models import feeds
from models.language import Language
from models.programme import FieldOfAction, ProgrammeBlock
from models.site import Site
from resolvers.http.feeds import milestones
from resolvers.http.feeds.item import Face
from resolvers.http.feeds.sources import Source, Stories
from resolvers.http.feeds.successes import successes

KEY = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True)
class Topic:
    """One feed in both languages. `words` make its id: never of a key, which may change."""

    words: str
    path: str
    page: str
    title: tuple[str, str]
    summary: tuple[str, str]
    sources: tuple[Source, ...] = ()

    def face(self, language: Language, site: Site) -> Face:
        english = language is Language.EN
        start = f"/{language.value}/"
        return Face(
            self.words, start + self.path, f"{site.name}: {self.title[english]}", self.summary[english],
            start + self.page,
        )  # fmt: skip


async def topic(site: Site, kind: str, key: str = "") -> Topic:
    """The feed of that kind; 404 when there is none."""
    if kind in SINGLE:
        return SINGLE[kind](site)
    if not KEY.fullmatch(key):
        raise HTTPException(404)
    found = await (_of_block(site, key) if kind == "programme" else _of_field(site, key))
    if found is None:
        raise HTTPException(404)
    return found


def _stories(site: Site) -> Topic:
    return Topic(
        "stories", feeds.STORIES, "stories",
        ("Leuchtturmgeschichten", "lighthouse stories"),
        ("Was Teams aus der Community erreicht haben.", "What teams of the community have achieved."),
        (Stories(site),),
    )  # fmt: skip


def _successes(site: Site) -> Topic:
    return Topic(
        "successes", feeds.SUCCESSES, "programme",
        ("Erfolge", "successes"),
        ("Zahlen mit Stand und Quelle, und was an ihnen berichtigt wurde.",
         "Figures with date and source, and what was corrected about them."),
        (successes(site, Q()),),
    )  # fmt: skip


def _milestones(site: Site) -> Topic:
    return Topic(
        "milestones", feeds.MILESTONES, "programme",
        ("Meilensteine", "milestones"),
        ("Was die Bausteine des Programms vorhaben und was davon erreicht ist.",
         "What the building blocks of the programme plan, and what of it is reached."),
        (milestones.planned(site, Q()), milestones.reached(site, Q())),
    )  # fmt: skip


def events(site: Site) -> Topic:
    """What a partner's webhook hears of, for feed readers; its entries come from the log itself."""
    return Topic(
        "events", feeds.EVENTS, feeds.INDEX,
        ("Ereignisse", "events"),
        ("Was in der Community geschieht, so weit es öffentlich ist: 30 Tage zurück.",
         "What happens in the community, as far as it is public: for the last 30 days."),
    )  # fmt: skip


SINGLE = {"stories": _stories, "successes": _successes, "milestones": _milestones}


async def _of_block(site: Site, key: str) -> Topic | None:
    block = await ProgrammeBlock.filter(key=key).first()
    if block is None:
        return None
    of = Q(block_id=block.id)
    return Topic(
        f"block:{block.id}", feeds.of_block(block.key), f"programme/{block.key}",
        (block.title_de, block.title_en or block.title_de),
        (f"Meilensteine und Erfolge: {block.title_de}.",
         f"Milestones and successes: {block.title_en or block.title_de}."),
        (successes(site, of), milestones.planned(site, of), milestones.reached(site, of)),
    )  # fmt: skip


async def _of_field(site: Site, key: str) -> Topic | None:
    found = await FieldOfAction.filter(key=key).first()
    if found is None:
        return None
    of = Q(team__field_of_action_id=found.id)
    english = found.title_en or found.title_de
    return Topic(
        f"field:{found.id}", feeds.of_field(found.key), f"teams?field={found.key}",
        (found.title_de, english),
        (f"Geschichten und Erfolge von Teams im Handlungsfeld {found.title_de}.",
         f"Stories and successes of teams in the field of action {english}."),
        (Stories(site, of), successes(site, of)),
    )  # fmt: skip
