"""How the invented teams are doing: where they can be found, what they said last, who waits for an answer."""

from datetime import timedelta
from typing import NamedTuple

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from models.members import Person
from models.programme import ProgrammeBlock
from models.teams import BlockMembership, LeadOffer, LinkState, Mood, Team, TeamLink, TeamMembership
from models.teams.looking import reshuffle

Groups = dict[str, Team]

BLOCKS = {
    "solution-enabler": ("Pulsbrücke", "Abendlicht", "Kreidekasten", "Amtsfaden", "Treppenhaus", "Signposts"),
    "solution-builder": ("Ladenlicht",),
    "matching-fonds": ("Kreidekasten", "Ladenlicht", "Mietlotse"),
}


class Word(NamedTuple):
    """What a team said: by whom, in 2020, how it is doing."""

    team: str
    by: str
    day: tuple[int, int]
    mood: Mood
    succeeded: str
    helps: str


SAID = (
    Word("Kreidekasten", "Lena Müller", (4, 9), Mood.WELL,
         "Die vierhundertste Wochenplanung ist geprüft.", "Jemand, der Noten für blinde Kinder setzt."),
    Word("Pulsbrücke", "Aaliyah Rahman", (4, 8), Mood.MIXED,
         "Zwei Praxen probieren es aus.", "Wer kennt jemanden in einem Gesundheitsamt, der unseren Prototyp anschaut?"),
    Word("Treppenhaus", "Hanna Ölschläger", (4, 7), Mood.STUCK,
         "", "Wir sind inzwischen vierzig Leute. Wie teilen wir uns auf, ohne jemanden zu verlieren?"),
    Word("Signposts", "Grace Mensah", (4, 8), Mood.WELL,
         "Our answers are out in six languages.", "Somebody who reads Tigrinya."),
    Word("Abendlicht", "Rosa Lindner", (4, 3), Mood.WELL, "Jeden Abend um acht ist jemand da.", ""),
)  # fmt: skip


async def live(calendar: Calendar, members: Members, groups: Groups) -> None:
    """Links, Bausteine, check-ins; one invitation, one request and one offer of the lead that wait for an answer."""
    await _found(calendar, groups)
    blocks = {block.key: block for block in await ProgrammeBlock.all()}
    for key, names in BLOCKS.items():
        for name in names:
            await BlockMembership.create(team_id=groups[name].id, block_id=blocks[key].id)
    for word in SAID:
        await Team.check_in(
            groups[word.team].id, word.mood, succeeded=word.succeeded, helps=word.helps, by=members[word.by],
            now=calendar.at(*word.day, 17, 30),
        )  # fmt: skip
    await _waiting(calendar, members, groups)
    await reshuffle(calendar.now.astimezone(calendar.zone).date())


async def _found(calendar: Calendar, groups: Groups) -> None:
    for name, team in groups.items():
        await TeamLink.create(
            team_id=team.id, url=f"https://{team.slug}.example.org/", label="Website", state=LinkState.SHOWN
        )
        if name == "Mietlotse":  # of somebody who has just joined: held until a manager has seen it
            held = calendar.at(4, 14, 8) + timedelta(days=3)
            url = f"https://{team.slug}.example.net/mitmachen"
            await TeamLink.create(team_id=team.id, url=url, label="Mitmachen", position=1, held_until=held)


async def _waiting(calendar: Calendar, members: Members, groups: Groups) -> None:
    now = calendar.at(4, 12, 18)
    await TeamMembership.invite(
        groups["Signposts"].id, await _handle(members, "Kim Nguyen"), by=members["Grace Mensah"], now=now,
        message="You wrote such clear answers in the channel. Would you like to join us?",
    )  # fmt: skip
    await TeamMembership.request(
        groups["Kreidekasten"].id, by=members["Zoë Schröder"], now=now,
        message="Ich unterrichte Mathe in Klasse 5 und habe abends Zeit.",
    )  # fmt: skip
    second = await TeamMembership.filter(team_id=groups["Treppenhaus"].id, role="member").order_by("id").first()
    if second is not None:
        await LeadOffer.offer(
            groups["Treppenhaus"].id, second.person_id, by=members["Hanna Ölschläger"], now=now, stays=True
        )


async def _handle(members: Members, name: str) -> str:
    return (await Person.get(id=members[name].person_id)).handle
