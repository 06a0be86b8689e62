"""Successes as entries: every figure with its date and source, and with what it said before it was corrected (E63)."""

from typing import Any
from urllib.parse import urlsplit

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import dates
from models.language import Language
from models.programme import PUBLIC, Success, SuccessCorrection
from models.site import Site
from resolvers.http.atom import escape
from resolvers.http.feeds.dated import Dated
from resolvers.http.feeds.item import Item
from resolvers.http.page import Say


def successes(site: Site, where: Q) -> Dated:
    """Public figures, in English those that have an English title."""

    def rows(language: Language) -> QuerySet[Success]:
        found = Success.filter(where, state__in=list(PUBLIC), published_at__isnull=False)
        return found.exclude(title_en="") if language is Language.EN else found

    def item(row: Success, language: Language) -> Item:
        return _success(site, row, Say(language))

    return Dated(rows, item, related=("team", "block", "corrections"))


def _success(site: Site, row: Success, say: Say) -> Item:
    of: Any = row.team or row.block
    assert row.published_at is not None  # it is public
    assert row.changed_at is not None
    return Item(
        id=f"success:{row.id}",
        title=say(row.title_de, row.title_en),
        url=site.url(f"/{say.language.value}/successes/{row.id}"),
        html="\n".join([_figure(row, say), *(_correction(each, say, site) for each in _latest(row))]),
        summary=_summary(row, say),
        published=row.published_at,
        changed=row.changed_at,
        author=of.name if row.team else say(of.title_de, of.title_en),
    )


def _latest(row: Success) -> list[SuccessCorrection]:
    return sorted(row.corrections, key=lambda each: (each.at, each.id), reverse=True)


def _value(row: Success | SuccessCorrection) -> str:
    return f"{row.value} {row.unit}".strip()


def _summary(row: Success, say: Say) -> str:
    day = dates.day(row.as_of, say.language, short=True)
    return f"{say(row.metric, row.metric_en)}: {_value(row)} ({say('Stand', 'as of')} {day})"


def _figure(row: Success | SuccessCorrection, say: Say) -> str:
    day, host = dates.day(row.as_of, say.language, short=True), urlsplit(row.source_url).hostname or ""
    return (
        f"<p><strong>{escape(_value(row))}</strong> {escape(say(row.metric, row.metric_en))}</p>\n"
        f"<p>{say('Stand', 'As of')}: {day}. {say('Quelle', 'Source')}: "
        f'<a href="{escape(row.source_url)}">{escape(host)}</a></p>'
    )


def _correction(each: SuccessCorrection, say: Say, site: Site) -> str:
    day = dates.day(each.at, say.language, site.zone, short=True)
    words = say(f"Am {day} berichtigt", f"Corrected on {day}")
    return f"<p>{words}: {escape(say(each.note_de, each.note_en))} {say('Vorher', 'Before')}:</p>\n{_figure(each, say)}"
