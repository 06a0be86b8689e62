"""Readers of the weekly letter: most confirmed, one who has not yet, one whose mailbox is gone, one who left."""

from datetime import datetime, timedelta

from leuchtturm.seeds.calendar import Calendar
from models.jobs import JobRun
from models.language import Language
from models.newsletter import Subscription, SubscriptionLink

GERMAN = (
    "lena", "hanna.oelschlaeger", "rosa.lindner", "oezlem", "jonas.aermel", "katja.boehm", "emil.gross", "tabea",
    "leseratte", "nachbarin.aus.gotha", "lehrerzimmer",
)  # fmt: skip
ENGLISH = ("grace.mensah", "priya", "newcomer")
GONE, LEFT, WAITING = "altes.postfach", "ausgetreten", "neugierig"


async def subscribe(calendar: Calendar) -> None:
    """They came in the first days; whoever confirmed did so a few minutes later."""
    came = calendar.at(3, 24, 12)
    for number, name in enumerate((*GERMAN, *ENGLISH, GONE, LEFT)):
        language = Language.EN if name in ENGLISH else Language.DE
        reader = await _confirmed(f"{name}@example.org", language, came + timedelta(minutes=17 * number))
        if name == GONE:
            await Subscription.bounced(reader.id, now=calendar.at(3, 27, 15, 4), reply="550 5.1.1 no such user")
        if name == LEFT:
            token = reader.unsubscribe_path.rpartition("/")[2]
            await Subscription.unsubscribe(token, now=calendar.at(4, 3, 18))
    await Subscription.subscribe(f"{WAITING}@example.org", language=Language.DE, now=calendar.now - timedelta(hours=1))


async def _confirmed(email: str, language: Language, came: datetime) -> Subscription:
    """Both halves of the double opt-in. Its mail is not sent any more: the link in it is used."""
    await Subscription.subscribe(email, language=language, now=came)
    link = await SubscriptionLink.all().order_by("-asked_at", "-id").first()
    assert link is not None
    await JobRun.filter(key__endswith=f":{link.id}").delete()
    return await Subscription.confirm(link.token, now=came + timedelta(minutes=3))
