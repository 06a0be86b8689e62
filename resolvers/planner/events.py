"""Subscriptions: what an event shows. Where events come from is the business of the subscription's resolver."""

from dataclasses import dataclass
from typing import Any

from resolvers.planner.reading import Asked
from resolvers.planner.showers import Shower


@dataclass
class Event:
    """The root field of a subscription. Its value is the event itself."""

    key: str
    show: Shower

    async def answer(self, asked: Asked) -> Any:
        return (await self.show(asked, [asked.event]))[0]
