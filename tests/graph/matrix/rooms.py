"""What stands in the house, room by room: each puts its rows into every state that they can be in."""

from datetime import date, timedelta
from typing import Any

import models
from models import vault
from models.base import new_id
from models.exchange import Application, ApplicationState, Listing, ListingKind
from models.exchange.words import Reason
from models.hours.hosting import SeriesHost
from models.members import FieldVisibility, Person, Skill
from models.newsletter import LinkKind
from models.roles import Role, Visibility
from models.teams import Team, TeamMembership
from tests import people
from tests.graph.matrix.asking import of_the_questions
from tests.graph.matrix.house import CIRCLES, DAY, House, joined, states_of


async def faces(house: House) -> None:
    """People of the team concerned who show one circle their name, or everybody their name and it the rest."""
    skill = await Skill.create(key="grafik", label_de="Grafik", state="approved", found_by="|grafik|")
    house.rows["skill"] = skill
    house.concerns(skill)
    told: dict[str, Any] = {
        "about": "Über mich", "place": "Ulm", "links": ["https://ich.example.org"], "languages": ["de"],
        "hours_per_week": 3, "week_parts": ["saturday_morning"], "pronouns": "sie", "time_zone": "Europe/Berlin",
        "away_until": date(2020, 5, 1),
    }  # fmt: skip
    for shown in FieldVisibility:
        for what in ("profile", "name"):
            viewer = await people.participant(f"{what} {shown.value}", handle=f"{what}-{shown.value}", now=house.now)
            said = {"name_for": shown}
            if what == "profile":
                said = told | dict.fromkeys(CIRCLES, shown) | {"name_for": FieldVisibility.PUBLIC, "links_held": False}
            await Person.filter(id=viewer.person_id).update(**said)
            person = await Person.get(id=viewer.person_id)
            house.concerns(person, f"{what}: {shown.value}")
            if what == "profile":
                can = await models.PersonSkill.create(person_id=person.id, skill_id=skill.id)
                house.concerns(can, shown.value)
            await TeamMembership.create(team_id=house.team_id, person_id=person.id, joined_at=house.now)
            house.faces.append(viewer)


async def of_the_person(house: House) -> None:
    """What only the person concerned has to do with."""
    id, now, keep = house.person_id, house.now, house.keep
    await keep("person", await Person.get(id=id))
    other = await people.participant("Otto Fern", handle="otto-fern", now=now)
    house.rows["other"] = await Person.get(id=other.person_id)
    later = now + 30 * DAY
    await keep(
        "session",
        await models.Session.create(person_id=id, token_hash="hash of a session", seen_at=now, expires_at=later),
    )
    await keep(
        "token", await models.ApiToken.create(person_id=id, name="Skript", hint="lt_x", token_hash="hash of a token")
    )
    await keep(
        "identity",
        await models.Identity.create(person_id=id, issuer="https://id.example.org", subject_hash="hash of a subject"),
    )
    consent = await models.Consent.create(
        person_id=id, purpose="matching", state="given", language="de", text_version="1", text_hash="x", given_at=now
    )
    await keep("consenting", consent)
    await keep("alias", await models.Alias.create(person_id=id, context="exchange", name="Morgenstern"))
    await keep("block", await models.Block.create(person_id=id, other_id=other.person_id))
    sent = await models.Invitation.ask("gast@example.org", by=house.viewers["oneself"], now=now)
    house.rows["invitation"] = await models.Invitation.prepare(sent.id, now=now)
    house.concerns(house.rows["invitation"])
    proposed = await Skill.create(key="neues", label_de="Neues", proposed_by_id=id, found_by="|neues|")
    await keep("proposal", proposed)
    await house.in_each_state(proposed, key=lambda n: f"neues-{n}")
    await keep("grant", await models.RoleGrant.create(person_id=id, role=Role.EXPERT))
    hide = await models.BulkHide.create(reason="Welle", by_id=house.viewers["manager"].person_id, person_ids=[])
    await keep("hide", hide)
    asked = await models.DataRequest.create(person_id=id, purpose="export", due_at=now + DAY)
    await house.in_each_state(asked)
    await asked.delete()
    told = await models.Notification.create(
        person_id=id, what="story.published", subject_kind="story", subject_id=house.world.story.id, due_at=now,
        state="arrived", shown_at=now, about={"title": "T", "slug": "t"}, once="first",
    )  # fmt: skip
    await keep("notification", told)
    await house.in_each_state(told, once=str)
    mail = await models.NotificationMail.create(person_id=id, due_at=now, token_hash="hash of a mail", state="unknown")
    await keep("mail", mail)
    await house.in_each_state(mail, token_hash=lambda n: f"hash of mail {n}")
    await models.Preference.create(person_id=id)
    manager, person = house.viewers["manager"], house.rows["person"]
    for action in ("restrict", "lift"):
        await Person.act(id, action, by=manager, now=now, note="Prüfung")
    for event in await models.AuditEvent.filter(subject_id=person.id, actor_id=manager.person_id):
        house.concerns(event)


async def of_the_team(house: House) -> None:
    """The team concerned, and others like it in each state, with the same member and lead."""
    world, now, id = house.world, house.now, house.person_id
    await Team.filter(id=world.team.id).update(next_checkin_at=now + DAY, hidden_at=None)
    team = await house.keep("team", await Team.get(id=world.team.id))
    field_of_action = await models.FieldOfAction.create(key="education", title_de="Bildung")
    block = await models.ProgrammeBlock.create(key="enabler", title_de="Solution Enabler")
    house.concerns(field_of_action)
    await house.keep("programme", block)
    await Team.filter(id=team.id).update(field_of_action_id=field_of_action.id)
    team.field_of_action_id = field_of_action.id
    for like in await house.in_each_state(team, slug=lambda n: f"demo-wie-{n}", place=lambda n: 10_000 + n):
        await joined(house, like.id)
    asking = await TeamMembership.create(
        team_id=team.id, person_id=id, state="requested", message="Ich möchte mit.", reason="Warum"
    )
    await house.keep("membership", asking)
    states = states_of(asking)
    elsewhere = await house.in_each_state(team, [team.state] * len(states), slug=lambda n: f"demo-da-{n}")
    for there, state in zip(elsewhere, states, strict=True):
        del house.labels["Team", there.id]  # only to belong to
        await joined(house, there.id)
        copy = asking.clone(pk=new_id())
        copy.team_id, copy.state = there.id, state
        await copy.save(force_create=True)
        house.concerns(copy)
    link = await models.TeamLink.create(team_id=team.id, url="https://a.example/", added_by_id=id, held_until=now)
    await house.keep("link", link)
    await house.in_each_state(link, url=lambda n: f"https://{n}.example/")
    offer = await models.LeadOffer.create(team_id=team.id, person_id=id)
    await house.keep("offer", offer)
    await house.in_each_state(offer)
    house.concerns(await models.BlockMembership.create(team_id=team.id, block_id=block.id))
    said = {"mood": "well", "succeeded": "Der erste Test", "helps": "Ein Raum"}
    by = house.viewers["member"].person_id
    house.concerns(await models.CheckIn.create(team_id=team.id, at=now, person_id=by, **said))
    success = await models.Success.create(
        team_id=team.id, block_id=block.id, title_de="T", metric="M", value=1, as_of=date(2020, 4, 14),
        source_url="https://q.example/", recorded_by_id=house.viewers["lead"].person_id,
    )  # fmt: skip
    await house.keep("success", success)
    await house.in_each_state(success)
    milestone = await models.Milestone.create(
        block_id=block.id, title_de="T", due_on=date(2020, 5, 1), planned_at=now, changed_at=now
    )
    await house.keep("milestone", milestone)
    await house.in_each_state(milestone)
    follow = await models.Follow.create(person_id=id, block_id=block.id)
    await house.keep("follow", follow)


async def of_the_exchange(house: House) -> None:
    """Roles of the team, listings of the person, applications to both, what is suggested, and circles."""
    id, team_id, now, skill = house.person_id, house.team_id, house.now, house.rows["skill"]
    dates = {"opened_at": now, "confirmed_at": now, "expires_at": now + 30 * DAY}
    role = await Listing.create(
        purpose=ListingKind.SEEKS_MEMBER, team_id=team_id, person_id=house.viewers["lead"].person_id,
        shown_id=house.viewers["lead"].person_id, title="Grafik gesucht", state="open", public_text="Wir", **dates,
    )  # fmt: skip
    wish = await Listing.create(
        purpose=ListingKind.SEEKS_TEAM, person_id=id, shown_id=id, title="Ich suche", state="open", **dates
    )
    alias = wish.clone(pk=new_id())
    alias.alias, alias.shown_id, alias.purpose = "Morgenstern", None, ListingKind.SHARES_KNOWLEDGE
    await alias.save(force_create=True)
    for name, listing in (("role", role), ("wish", wish), ("shares", alias)):
        house.rows[name] = listing
        for like in [listing, *await house.in_each_state(listing)]:
            house.concerns(like, f"{OF[name]}: {like.state.value}")
            house.concerns(await models.ListingSkill.create(listing_id=like.id, skill_id=skill.id), OF[name])
            house.concerns(await models.ListingLanguage.create(listing_id=like.id, code="de"), OF[name])
    for name, listing in (("role", role), ("shares", alias)):
        applicant = id if name == "role" else house.rows["other"].id
        hand = Application.fresh(listing, applicant)
        hand.shown_id, hand.message, hand.state, hand.applied_at = applicant, "Ich!", "applied", now
        hand.due_at, hand.reply, hand.invitation = now + 7 * DAY, "Danke", ""
        await hand.save(force_create=True)
        await house.keep(f"application to {name}", hand)
        house.concerns(hand, f"to the {OF[name]}: applied")
        if name == "role":
            await applications(house, hand, role)
    for list_of, listing in (({"person_id": id}, role), ({"role_id": role.id}, wish)):
        made = await models.Suggestion.create(
            listing_id=listing.id, team_id=team_id, place=1, weights_version="1", made_at=now, **list_of
        )
        house.concerns(made, "for the person" if "person_id" in list_of else "for the team")
        await models.SuggestionFactor.create(
            suggestion_id=made.id, factor="skills", value=1, weight=1, text_de="Passt", text_en="Fits"
        )
    circle = await models.FounderCircle.create(week="2020-W16", size=3, ends_at=now + DAY)
    await house.keep("circle", circle)
    seat = await models.CircleSeat.create(circle_id=circle.id, person_id=id)
    await house.keep("seat", seat)
    for like in await house.in_each_state(circle):
        house.concerns(await models.CircleSeat.create(circle_id=like.id, person_id=id))


OF = {"role": "role", "wish": "wish", "shares": "alias"}
"""How listings are called: the role of a team, the wish of a person, and what somebody shares under an alias."""


async def applications(house: House, hand: Application, role: Listing) -> None:
    """The person's application to the team under an alias in each state, each to a role of its own."""
    now = house.now
    for number, state in enumerate(states_of(hand)):
        like = role.clone(pk=new_id())
        like.title = f"Rolle {number}"
        await like.save(force_create=True)
        copy = hand.clone(pk=new_id())
        copy.listing_id, copy.state = like.id, state
        copy.alias, copy.invitation, copy.decided_at, copy.reason = "Morgenstern", "Komm!", now, Reason.SKILLS
        copy.shown_id = hand.person_id if state in (ApplicationState.ACCEPTED, ApplicationState.JOINED) else None
        await copy.save(force_create=True)
        house.concerns(copy, f"to the role: {state.value}")
    unseen = like.clone(pk=new_id())
    await unseen.save(force_create=True)
    copy = hand.clone(pk=new_id())
    copy.listing_id, copy.unseen = unseen.id, True
    await copy.save(force_create=True)
    house.concerns(copy, "to the role: kept apart")


async def of_the_desk(house: House) -> None:
    """Stories of the team, told first by the person; posts, an issue, copies, jobs."""
    world, now = house.world, house.now
    story = await models.Story.get(id=world.story.id)
    picture = await models.Asset.create(
        story_id=story.id, sha256="0" * 64, media_type="image/png", width=1, height=1, decorative=True, rights="CC0"
    )
    house.rows["image"] = str(picture.id)
    house.rows |= {
        name: getattr(world, name) for name in ("consent", "channel", "post", "issue", "item", "delivery", "job")
    }
    house.rows["story"] = story
    dates = {"published_at": now, "publish_at": now + DAY, "corrected_at": now, "retracted_at": now}
    said = {"correction_de": "Zahl", "review_note": "Kürzer", "author_id": house.person_id}
    await models.Story.filter(id=story.id).update(publish_at=now + DAY, author_id=house.person_id)
    for like in await house.in_each_state(story, slug=lambda n: f"demo-story-{n}", **dates, **said):
        for text in await models.StoryText.filter(story_id=story.id):
            copy = text.clone(pk=new_id())
            copy.story_id = like.id
            await copy.save(force_create=True)
        house.concerns(
            await models.Asset.create(
                story_id=like.id, sha256="0" * 64, media_type="image/png", width=1, height=1, decorative=True,
                rights="CC0",
            ),
            like.state.value,
        )  # fmt: skip
        await models.Fact.create(story_id=like.id, claim="Es stimmt", position=1)
    await house.in_each_state(world.consent, answered_at=now)
    posts = await house.in_each_state(world.post, revision=lambda n: 10 + n, link_code=lambda n: f"code{n}")
    house.concerns(world.channel)
    for name in ("story", "post", "issue", "consent"):
        row = house.rows[name]
        house.concerns(await type(row).get(id=row.id))
    part = await models.PostPart.create(
        post_id=posts[0].id, channel_id=world.channel.id, idx=0, client_key=new_id(), text="Teil"
    )
    house.concerns(part)
    await models.Attempt.create(part_id=part.id, no=1, sent_at=now, lease_until=now, request_hash="x", detail="Gut")
    partner = await house.keep("partner", await models.Partner.create(name="Stiftung", purpose="funding", url="u"))
    await house.in_each_state(partner)
    issues = await house.in_each_state(world.issue, iso_week=lambda n: 20 + n, sent_at=now, approved_at=now)
    for issue in issues:
        item = world.item.clone(pk=new_id())
        item.issue_id = issue.id
        await item.save(force_create=True)
        house.concerns(item, issue.state.value)
        await models.IssueProof.create(
            issue_id=issue.id, revision=1, snapshot={}, sha256="", filled=63, html_de="<p>", text_de="T"
        )
    await house.in_each_state(world.delivery)
    await house.in_each_state(world.job, key=lambda n: f"key {n}", last_error="Kaputt")
    reader = await models.Subscription.create(
        contact="", email_hash=vault.digest("rita"), requested_at=now, confirmed_at=now, state="confirmed"
    )
    waiting = await models.Subscription.create(contact="", email_hash=vault.digest("ron"), requested_at=now)
    house.rows["reader"] = reader
    house.rows["confirm"] = await models.SubscriptionLink.mail(waiting.id, LinkKind.CONFIRM, now=now)


async def of_the_hours(house: House) -> None:
    """A Sprechstunde that the person concerned holds."""
    now = house.now
    series = await models.OfficeHourSeries.create(
        title_de="Recht", mode="plenary", language="de", rrule="FREQ=DAILY;COUNT=9", zone="Europe/Berlin",
        first_day=now.date(), time_of_day="10:00", minutes=60, room_url="https://raum.example.org/", phone="+49 30 1",
    )  # fmt: skip
    await house.keep("series", series)
    await SeriesHost.create(series_id=series.id, person_id=house.person_id)
    house.concerns(await models.OfficeHourTopic.create(series_id=series.id, skill_id=house.rows["skill"].id))
    session = await models.OfficeHourSession.create(
        series_id=series.id, local_day=now.date(), mode="plenary", language="de", starts_at=now,
        ends_at=now + timedelta(hours=1), notes="Notiz", cancel_reason="Krank",
    )  # fmt: skip
    await house.keep("hour", session)
    for like in await house.in_each_state(session, local_day=lambda n: now.date() + (n + 1) * DAY):
        host = await models.OfficeHourHost.create(session_id=like.id, person_id=house.person_id)
        house.concerns(host, like.state.value)


async def of_the_learning(house: House) -> None:
    """What the person concerned has suggested and made."""
    resource = await models.LearningResource.create(
        form="article", title_de="Anleitung", body_de="So geht das.", licence="CC0", level="beginner", language="de",
        suggested_by_id=house.person_id, author_id=house.person_id, published_at=house.now, broken_because="Weg",
    )  # fmt: skip
    await house.keep("resource", resource)
    await house.in_each_state(resource)
    house.concerns(
        await models.LearningResource.create(
            form="faq", title_de="Wie?", body_de="So.", state="published", published_at=house.now
        ),
        "published",
    )
    house.concerns(await models.LearningTopic.create(resource_id=resource.id, skill_id=house.rows["skill"].id))


async def of_the_seats(house: House) -> None:
    """Times that the person concerned has booked, waits for, or holds a Sprechstunde at."""
    now, soon = house.now, house.now + DAY
    series = house.rows["series"].clone(pk=new_id())
    await series.save(force_create=True)
    number = 0

    async def seat(**about: Any) -> Any:
        nonlocal number
        number += 1
        session = await models.OfficeHourSession.create(
            series_id=series.id, local_day=now.date() + number * DAY, mode="slots", language="de", starts_at=soon,
            ends_at=soon + timedelta(hours=1),
        )  # fmt: skip
        await models.OfficeHourHost.create(session_id=session.id, person_id=house.rows["other"].id)
        said = {"starts_at": soon, "ends_at": soon + timedelta(minutes=30), "needs": "Untertitel", **about}
        return await models.OfficeHourSlot.create(session_id=session.id, **said)

    for state in states_of(await house.keep("slot", await seat(person_id=house.person_id, state="booked"))):
        nobody = state.value in ("free", "cancelled")
        house.concerns(await seat(state=state, person_id=None if nobody else house.person_id))
    house.rows["free slot"] = await seat()
    held = await seat(person_id=house.person_id, state="held", held_until=soon)
    entry = await models.WaitlistEntry.create(
        session_id=held.session_id, person_id=house.person_id, place=1, state="offered", offer_until=soon
    )
    await house.keep("entry", entry)
    house.rows["attended"] = await models.OfficeHourSlot.create(
        session_id=house.rows["hour"].id, person_id=house.rows["other"].id, state="booked", starts_at=now,
        ends_at=now + timedelta(minutes=30),
    )  # fmt: skip
    house.concerns(await models.CalendarFeed.create(person_id=house.person_id, token_hash="hash of a calendar"))


async def of_the_queue(house: House) -> None:
    """Where the person concerned waits for their turn, and a queue of which they are the host."""
    now = house.now
    series = house.rows["series"].clone(pk=new_id())
    await series.save(force_create=True)
    topic = await models.OfficeHourTopic.create(series_id=series.id, skill_id=house.rows["skill"].id)
    for number, (name, host, guest) in enumerate(
        (("queue", house.rows["other"].id, house.person_id), ("own queue", house.person_id, house.rows["other"].id))
    ):
        session = await models.OfficeHourSession.create(
            series_id=series.id, local_day=now.date() + number * DAY, mode="queue", language="de", starts_at=now,
            ends_at=now + timedelta(hours=1), state="open",
        )  # fmt: skip
        await models.OfficeHourHost.create(session_id=session.id, person_id=host)
        house.rows[name] = session
        turn = await models.QueueEntry.create(
            session_id=session.id, person_id=guest, topic_id=topic.id, helped_today=0, place=1, arrived_at=now,
            note="Frage", needs="Untertitel",
        )  # fmt: skip
        house.rows[f"turn in {name}"] = turn
    turn = await house.keep("turn", house.rows["turn in queue"])
    called = {"called_at": now, "started_at": now, "ended_at": now, "called_by_id": house.rows["other"].id}
    await house.in_each_state(turn, place=lambda n: n + 2, **called)


async def of_the_partner(house: House) -> None:
    """What belongs to a partner that the person concerned acts for."""
    about = {"partner_id": house.rows["partner"].id}
    membership = await models.PartnerMember.create(**about, person_id=house.person_id, state="active")
    await house.keep("partner membership", membership)
    invited = await models.PartnerMember.create(**about, person_id=house.viewers["stranger"].person_id)
    await house.keep("partner invitation", invited)
    grant = await models.PartnerGrant.create(**about, topics=["story."], starts_at=house.now)
    await house.keep("partner grant", grant)
    await house.in_each_state(grant)
    until = house.now + 365 * DAY
    key = await models.PartnerKey.create(
        **about, name="Website", prefix="lt_live_0", token_hash="hash of a key", issued_at=house.now, expires_at=until,
        scopes=["events:read"],
    )  # fmt: skip
    await house.keep("partner key", key)
    await house.in_each_state(key, prefix=lambda n: f"lt_live_{n + 1}", token_hash=lambda n: f"hash of key {n}")


async def of_the_webhooks(house: House) -> None:
    endpoint = await models.WebhookEndpoint.create(
        url="https://hook.example.org/", description="Probe", partner_id=house.rows["partner"].id
    )
    await house.keep("webhook", endpoint)
    await house.in_each_state(endpoint)
    delivery = await models.WebhookDelivery.create(
        endpoint_id=endpoint.id, partner_id=endpoint.partner_id, event_id=new_id(), type="team.listed",
        subject_id=house.team_id, due_at=house.now, seq=90_000,
    )  # fmt: skip
    await house.keep("webhook delivery", delivery)
    await house.in_each_state(delivery, event_id=lambda n: new_id())


async def events(house: House) -> None:
    """An event of each circle; the last is for the person concerned alone."""
    for seq, circle in enumerate(Visibility):
        event = await models.OutboxEvent.create(
            seq=90_000 + seq, type="team.listed", subject_kind="team", subject_id=house.team_id, at=house.now,
            team_id=house.team_id, visible_to=circle, person_id=house.person_id,
        )  # fmt: skip
        house.concerns(event, circle.value)


ALL = [
    faces,
    of_the_person,
    of_the_team,
    of_the_exchange,
    of_the_desk,
    of_the_hours,
    of_the_seats,
    of_the_queue,
    of_the_learning,
    of_the_questions,
    of_the_partner,
    of_the_webhooks,
    events,
]
