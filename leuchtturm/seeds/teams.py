"""The invented teams, one per theme and stage, with their members and what they have reached."""

from typing import NamedTuple

from leuchtturm.seeds import people, togetherness
from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from models.programme import FieldOfAction, Figure, Success
from models.teams import MembershipState, Stage, Team, TeamMembership, TeamRole

Groups = dict[str, Team]


class Group(NamedTuple):
    name: str
    theme: str
    stage: Stage
    lead: str
    pitch: str


GROUPS = (
    Group("Pulsbrücke", "health", Stage.PROTOTYPE, "Aaliyah Rahman",
          "Praxen sehen auf einen Blick, wo heute noch Termine frei sind."),
    Group("Abendlicht", "mental-health", Stage.PILOT, "Rosa Lindner",
          "Jeden Abend um acht ein Gespräch in kleiner Runde, moderiert und kostenlos."),
    Group("Kreidekasten", "education", Stage.IN_USE, "Lena Müller",
          "Lehrer:innen teilen fertige Wochenpläne für den Unterricht zu Hause."),
    Group("Mietlotse", "social-justice", Stage.IDEA, "Jonas Ärmel",
          "In fünf Fragen zum richtigen Antrag, wenn die Miete nicht mehr reicht."),
    Group("Amtsfaden", "administration", Stage.PROTOTYPE, "Malte Oetjen",
          "Anträge, die ohne Drucker und ohne Behördengang ankommen."),
    Group("Ladenlicht", "economy", Stage.PILOT, "Özlem Aydın",
          "Kleine Läden zeigen, was sie liefern und was ihr abholen könnt."),
    Group("Treppenhaus", "cohesion", Stage.IN_USE, "Hanna Ölschläger",
          "Ein Aushang, eine Nummer: Hilfe im eigenen Haus, auch ohne Internet."),
    Group("Signposts", "social-justice", Stage.PROTOTYPE, "Grace Mensah",
          "Plain-language answers for newcomers who do not speak German yet."),
)  # fmt: skip


class Reached(NamedTuple):
    team: str
    de: str
    en: str
    metric: str
    metric_en: str
    value: str
    day: tuple[int, int]
    corrected_to: str = ""


SUCCESSES = (
    Reached("Kreidekasten", "Geprüfte Wochenpläne von Kreidekasten", "Checked weekly plans of Kreidekasten",
            "Wochenpläne", "weekly plans", "412", (4, 8)),
    Reached("Treppenhaus", "Häuser mit dem Aushang von Treppenhaus", "Houses with the notice of Treppenhaus",
            "Häuser", "houses", "96", (4, 3)),
    Reached("Ladenlicht", "Läden, die ihr Angebot bei Ladenlicht zeigen", "Shops that show their offer at Ladenlicht",
            "Läden", "shops", "58", (4, 7), corrected_to="53"),
)  # fmt: skip


def slug(name: str) -> str:
    """Invented teams are known by their address: it starts with `demo-`."""
    return "demo-" + name.lower().replace("ü", "ue")


async def gather(calendar: Calendar, members: Members) -> Groups:
    """Found the teams, spread everybody over them, and write down what they have reached."""
    fields = {field.key: field for field in await FieldOfAction.all()}
    groups = {}
    for group in GROUPS:
        team = await Team.create(
            slug=slug(group.name), name=group.name, pitch=group.pitch, stage=group.stage,
            field_of_action=fields[group.theme],
        )  # fmt: skip
        groups[group.name] = team
    await _fill(calendar, groups, members)
    members.update(await people.known(calendar))
    for name, team in groups.items():
        groups[name] = await Team.act(team.id, "list", by=members["Çiğdem Öztürk"], now=calendar.at(3, 24, 18))
    await togetherness.live(calendar, members, groups)
    for reached in SUCCESSES:
        await _reached(calendar, members, reached, groups[reached.team])
    return groups


async def _fill(calendar: Calendar, groups: Groups, members: Members) -> None:
    leads = {group.lead: group.name for group in GROUPS}
    staff = {member.name for member in people.SIGN_IN if member.role}
    names = list(groups)
    for number, (name, viewer) in enumerate(sorted(members.items())):
        if name in staff or viewer.person_id is None:
            continue
        await TeamMembership.create(
            team=groups[leads.get(name) or names[number % len(names)]],
            person_id=viewer.person_id,
            role=TeamRole.LEAD if name in leads else TeamRole.MEMBER,
            state=MembershipState.ACTIVE,
            joined_at=calendar.at(3, 24, 12),
        )


async def _reached(calendar: Calendar, members: Members, reached: Reached, team: Team) -> None:
    now = calendar.at(*reached.day, 15)
    figure = Figure(
        title_de=reached.de, title_en=reached.en, metric=reached.metric, metric_en=reached.metric_en,
        value=reached.value, as_of=calendar.day(*reached.day), source_url=f"https://{team.slug}.example.org/zahlen",
    )  # fmt: skip
    success = await Success.record(figure, team_id=team.id, by=members["Edda Lorenz"], now=now)
    await Success.verify(success.id, by=members["Ben Weiß"], now=now)
    await Success.publish(success.id, by=members["Ben Weiß"], now=now)
    if reached.corrected_to:
        await Success.correct(
            success.id, {"value": reached.corrected_to}, by=members["Ben Weiß"], now=calendar.at(4, 9, 16),
            note_de=f"Es waren {reached.corrected_to}, nicht {reached.value}: Fünf Läden standen doppelt darin.",
            note_en=f"It was {reached.corrected_to}, not {reached.value}: five shops were on the list twice.",
        )  # fmt: skip
