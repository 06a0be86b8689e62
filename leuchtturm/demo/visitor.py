"""Somebody who uses the system from outside: a browser with cookies, a mailbox, and GraphQL."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import click
import httpx2

T = TypeVar("T")

CSRF = {"X-Leuchtturm-Csrf": "1"}
LOOK_EVERY = 0.25  # seconds between two looks at something that takes a moment


class Missing(Exception):
    """Something that had to be there was not; the demo ends with exit status 1."""


def seen(what: str, detail: str = "") -> None:
    """Print one thing that was seen."""
    click.echo(f"  ✓ {what}{': ' + detail if detail else ''}")


def expect(holds: object, what: str) -> None:
    """Raise `Missing` unless it holds."""
    if not holds:
        raise Missing(what)


class Visitor:
    """One person at one browser. Everything goes through public HTTP routes."""

    def __init__(self, url: str, patience: float, email: str = "") -> None:
        self.email, self._patience = email, patience
        # Browsers send where a form stands; the server compares it with its own address.
        self.http = httpx2.AsyncClient(base_url=url, timeout=30, headers={"Origin": url, "Accept-Language": "en"})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def graphql(self, document: str, **variables: Any) -> dict[str, Any]:
        """Run an operation; raises `Missing` on errors and on refusals."""
        body = {"query": document, "variables": variables}
        answer = (await self.http.post("/graphql", json=body, headers=CSRF)).json()
        expect(not answer.get("errors"), f"the operation failed: {answer.get('errors')}")
        data: dict[str, Any] = answer["data"]
        for name, value in data.items():
            refused = isinstance(value, dict) and "code" in value and "messageEn" in value
            expect(not refused, f"{name} was refused: {value.get('messageEn') if refused else ''}")
        return data

    async def until(self, look: Callable[[], Awaitable[T | None]], what: str, planned: float = 0) -> T:
        """Look again and again until there is something, `planned` seconds longer than usual; `Missing` else."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._patience + planned
        while loop.time() < end:
            if (found := await look()) is not None:
                return found
            await asyncio.sleep(LOOK_EVERY)
        raise Missing(f"{what} did not happen within {self._patience:.0f} s")

    async def mail(self, since: datetime, holding: str = "") -> dict[str, Any]:
        """The newest mail to this person since then with these words in its text; waits for it."""

        async def look() -> dict[str, Any] | None:
            answer = await self.http.get("/dev/mailbox.json", params={"to": self.email})
            expect(answer.status_code == 200, "the caught mail (start the system with LEUCHTTURM_DEV_PAGES=true)")
            for mail in answer.json():
                if datetime.fromisoformat(mail["at"]) >= since and holding in mail["text"]:
                    return dict(mail)
            return None

        return await self.until(look, f"a mail to {self.email}")

    def link_in(self, mail: dict[str, Any], part: str) -> str:
        """The path of the first link of a mail's text that contains `part`."""
        found = re.search(rf"https?://[^/\s]+({re.escape(part)}[^\s>)]*)", mail["text"])
        if found is None:
            raise Missing(f"a link with {part} in the mail {mail['subject']!r}")
        return found.group(1)

    async def sign_in(self) -> None:
        """Ask for a link, open it, press the button."""
        since = datetime.now(UTC)
        asked = await self.http.post("/sign-in", data={"email": self.email})
        expect(asked.status_code == 200, f"the sign-in page answers {asked.status_code}")
        path = self.link_in(await self.mail(since, "/sign-in/"), "/sign-in/")
        shown = await self.http.get(path)
        expect(shown.status_code == 200, "the page of the mailed link")
        expect(await self._name() is None, "opening the link must not sign anybody in")
        await self.http.post(path)
        name = await self._name()
        expect(name, f"{self.email} is not signed in after pressing the button")
        seen(f"{name} signed in with a mailed link", "GET changed nothing, POST opened the session")

    async def _name(self) -> str | None:
        person = (await self.graphql("{ viewer { person { displayName } } }"))["viewer"]["person"]
        return str(person["displayName"]) if person else None
