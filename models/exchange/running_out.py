"""What we do with applications when nobody does anything: a kind answer, and whatever wishes of later ask for."""

from datetime import datetime

from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.exchange import telling
from models.exchange.application_states import WAITING, ApplicationState
from models.exchange.deciding import Deciding
from models.exchange.listing import Listing
from models.exchange.picking import pick_for
from models.exchange.words import Reason
from models.members import blocked_pairs

OTHERS_OFFERED = 3
A = ApplicationState


class RunningOut(Deciding):
    """The verbs of the sweep."""

    class Meta:
        abstract = True

    @classmethod
    async def expire_due(cls, *, now: datetime, most: int = 100) -> int:
        """Answer kindly where nobody did within seven days, each in a transaction of its own. Returns how many."""
        due = cls.filter(state__in=WAITING, due_at__lte=now).order_by("due_at").limit(most)
        ended = 0
        for id in await due.values_list("id", flat=True):
            async with in_transaction():
                application, listing = await cls.both_locked(id, SYSTEM)  # type: ignore[arg-type]
                if application.state in WAITING and application.due_at and application.due_at <= now:
                    await application._ran_out(listing, now)
                    ended += 1
        return ended

    async def _ran_out(self, listing: Listing, now: datetime) -> None:
        if self.state is A.SUGGESTED:
            await self.follow("expire", by=SYSTEM, now=now)
            return
        self.reason, self.decided_at = Reason.NO_ANSWER, now
        await self.follow("expire", by=SYSTEM, now=now)
        others = await pick_for(self.person_id, now=now, count=OTHERS_OFFERED)
        for other in others:
            await type(self).suggest(other, self.person_id, now=now)
        await telling.unanswered(self, listing, [other.title for other in others], now)

    @classmethod
    async def keep_apart(cls, *, now: datetime) -> int:
        """Take open applications out of sight whose two sides have since said that they must not meet (E38)."""
        wished = {person for pair in await blocked_pairs() for person in pair}
        rows = cls.filter(state__in=WAITING, unseen=False, person_id__in=list(wished))
        hidden = 0
        for application in await rows if wished else []:
            if await application.is_kept_apart():
                hidden += await cls.filter(id=application.id, state__in=WAITING).update(unseen=True)
                await telling.nothing_more(application, now)
        return hidden
