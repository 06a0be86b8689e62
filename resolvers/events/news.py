"""What the subscriptions of one process have in common: the reader of the log, who listens, and what they may see."""

from models.access import SCOPES, Viewer, visible
from models.outbox import OutboxEvent
from resolvers.events.matching import Test, Undecidable, test_of
from resolvers.events.standing import Standing
from resolvers.events.tail import Tail
from resolvers.planner.keeping import Kept
from schema.context import Context, Services

VIEWERS = 5_000  # whose rights are kept as functions; of more the latest


class News:
    """One per process; the endpoint makes it and every context carries it."""

    def __init__(self, services: Services) -> None:
        self.tail, self.standing = Tail(services), Standing()
        self._scopes: Kept[Test | Undecidable] = Kept(VIEWERS)

    async def seen(self, events: list[OutboxEvent], viewer: Viewer) -> list[OutboxEvent]:
        """Those that the viewer may see: decided by the rule of `models/access.py`, here when it can be read here."""
        test = self._scopes.get(viewer)
        if test is None:
            test = self._scopes.put(viewer, _scope(viewer))
        if not isinstance(test, Undecidable):
            return [event for event in events if test(event) is True]
        rows = visible(OutboxEvent.filter(id__in=[event.id for event in events]), viewer)
        told = set(await rows.values_list("id", flat=True))
        return [event for event in events if event.id in told]


def _scope(viewer: Viewer) -> Test | Undecidable:
    try:
        return test_of(SCOPES[OutboxEvent.__name__](viewer))
    except Undecidable as why:
        return why


def news_of(context: Context) -> News:
    """The process's; a reader of its own for a context that was made without an endpoint."""
    if context.news is None:
        context.news = News(context.services)
    news: News = context.news
    return news
