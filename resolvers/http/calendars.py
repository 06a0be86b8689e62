"""Calendars: Sprechstunden for everybody, by topic, and everybody's own behind a secret address (E27)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import hours
from models.access import ANONYMOUS, visible
from models.hours import OfficeHourHost, OfficeHourSession, SessionState, Sought
from models.hours.calendars import CalendarFeed, Visit
from models.language import Language
from models.members import Person, Skill
from models.programme import FieldOfAction
from models.site import Site
from resolvers.http.blog import language_in_path
from resolvers.http.fresh import conditional
from resolvers.http.ical import Event, calendar
from resolvers.http.page import Say

BACK = timedelta(days=30)  # a calendar that drops the past as it passes looks as if nothing had been
MOST = 500
PUBLIC = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
PRIVATE = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
TYPE = "text/calendar; charset=utf-8"


async def everything(request: Request) -> Response:
    return await _public(request, Sought(since=_since(request)))


async def of_skill(request: Request) -> Response:
    """Those about a skill, by its key."""
    skill = await Skill.filter(key=request.path_params["key"], state="approved").first()
    if skill is None:
        raise HTTPException(404)
    label = Say(language_in_path(request))(skill.label_de, skill.label_en)
    return await _public(request, Sought(since=_since(request), skill=skill.id), label)


async def of_field(request: Request) -> Response:
    """Those about a field of action, by its key."""
    field = await FieldOfAction.filter(key=request.path_params["key"]).first()
    if field is None:
        raise HTTPException(404)
    label = Say(language_in_path(request))(field.title_de, field.title_en)
    return await _public(request, Sought(since=_since(request), field_of_action=field.key), label)


def _since(request: Request) -> datetime:
    now: datetime = request.app.state.now()
    return now - BACK


async def _public(request: Request, sought: Sought, topic: str = "") -> Response:
    site, language = _site(request), language_in_path(request)
    rows = visible(hours.sessions(sought), ANONYMOUS).prefetch_related("series")
    events = [_of_session(row, site, language) for row in await rows.order_by(*hours.ORDER).limit(MOST)]
    name = f"{Say(language)('Sprechstunden', 'Office hours')}{': ' if topic else ' · '}{topic or site.name}"
    return _answer(request, calendar(name, events, language.value), PUBLIC)


async def own(request: Request) -> Response:
    """What the person hosts and has booked. Who holds the address reads no more than times, titles and rooms."""
    feed = await CalendarFeed.find(str(request.path_params["token"]))
    person = await Person.filter(id=feed.person_id, state__in=["active", "dormant"]).first() if feed else None
    if person is None:
        raise HTTPException(404)
    site, language, since = _site(request), Language(person.locale), _since(request)
    hosted: list[UUID] = list(
        await OfficeHourHost.filter(person_id=person.id).values_list("session_id", flat=True)  # type: ignore[arg-type]
    )
    rows = OfficeHourSession.filter(id__in=hosted, ends_at__gt=since).prefetch_related("series")
    events = [_of_session(row, site, language, room=True) for row in await rows.order_by(*hours.ORDER).limit(MOST)]
    visits = Visit.filter(person_id=person.id, ends_at__gt=since).prefetch_related("session__series")
    events += [_of_visit(visit, site, language) for visit in await visits.order_by("starts_at", "id").limit(MOST)]
    return _answer(request, calendar(f"{site.name}: Sprechstunden", events, language.value), PRIVATE)


def _of_session(row: Any, site: Site, language: Language, *, room: bool = False) -> Event:
    series, say = row.series, Say(language)
    return Event(
        uid=f"{row.id}@{site.mail_domain}", starts_at=row.starts_at, ends_at=row.ends_at, changed_at=row.updated_at,
        sequence=row.sequence, title=say(series.title_de, series.title_en), zone=series.zone,
        about=say(series.about_de, series.about_en), place=series.room_url if room else "",
        url=site.url(f"/{language.value}/hours/{row.id}"), cancelled=row.state is SessionState.CANCELLED,
    )  # fmt: skip


def _of_visit(visit: Any, site: Site, language: Language) -> Event:
    session = visit.session
    series, say = session.series, Say(language)
    return Event(
        uid=f"{visit.id}@{site.mail_domain}", starts_at=visit.starts_at, ends_at=visit.ends_at,
        # Both rise, so their sum rises with whatever changes.
        sequence=visit.sequence + session.sequence, changed_at=max(visit.updated_at, session.updated_at),
        title=say(series.title_de, series.title_en), zone=series.zone, about=say(series.about_de, series.about_en),
        place=series.room_url, url=site.url(f"/{language.value}/hours/{session.id}"),
        cancelled=visit.gone_at is not None or session.state is SessionState.CANCELLED,
    )  # fmt: skip


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


def _answer(request: Request, body: str, headers: dict[str, str]) -> Response:
    headers = {**headers, "X-Content-Type-Options": "nosniff"}
    return conditional(request, Response(body, media_type=TYPE, headers=headers), None)


routes = [
    Route("/calendar/{token}.ics", own, methods=["GET"]),
    Route("/{language}/hours.ics", everything, methods=["GET"]),
    Route("/{language}/hours/skill/{key}.ics", of_skill, methods=["GET"]),
    Route("/{language}/hours/field/{key}.ics", of_field, methods=["GET"]),
]
