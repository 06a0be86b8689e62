"""The family of refusals: what a rule answers to bad input, in German and English, with what to do about it.

A refusal is an ordinary exception here and a typed member of the mutation's union in `schema/refusals.py`.
"""

from typing import ClassVar


class Refusal(Exception):
    """Base of all refusals. `path` names the input field at fault, "" when it is the whole request."""

    code: ClassVar[str] = "REFUSED"
    de: str = "Das geht so nicht."
    en: str = "This cannot be done like this."

    def __init__(self, path: str = "", *, de: str | None = None, en: str | None = None) -> None:
        self.path = path
        self.de = de or type(self).de
        self.en = en or type(self).en
        super().__init__(f"{self.code} {path}".strip())


class ValidationProblem(Refusal):
    """The input is not acceptable as it stands."""

    code = "INVALID"
    de = "Diese Angabe ist ungültig. Bitte prüft sie und sendet sie noch einmal."
    en = "This value is not valid. Please check it and send it again."


class NotAllowed(Refusal):
    """The viewer may not do this."""

    code = "NOT_ALLOWED"
    de = "Dafür fehlt euch die Berechtigung. Die Community-Manager:innen helfen weiter."
    en = "You are not allowed to do this. The community managers can help."


class Conflict(Refusal):
    """The input is fine, but not in the present state of things."""

    code = "CONFLICT"
    de = "Das passt nicht mehr zum aktuellen Stand. Bitte ladet neu und versucht es noch einmal."
    en = "This no longer fits the current state. Please reload and try again."


class RateLimited(Refusal):
    """Too often in too short a time."""

    code = "RATE_LIMITED"
    de = "Das war zu oft in kurzer Zeit. Bitte wartet ein wenig und versucht es dann noch einmal."
    en = "That was too often in a short time. Please wait a little and try again."


class NotFound(ValidationProblem):
    """There is no such row, or the viewer may not see it: the answer is the same for both (E50)."""

    code = "NOT_FOUND"
    de = "Das gibt es nicht (mehr), oder ihr dürft es nicht sehen. Bitte prüft die Kennung."
    en = "This does not exist (any more), or you may not see it. Please check the id."


class SignInNeeded(NotAllowed):
    """Nobody is signed in."""

    code = "SIGN_IN_NEEDED"
    de = "Bitte meldet euch zuerst an."
    en = "Please sign in first."


class Stale(Conflict):
    """Somebody else changed the row since the client read it; nothing was overwritten."""

    code = "STALE"
    de = "Jemand anderes hat das inzwischen geändert. Bitte ladet neu; eure Eingabe wurde nicht übernommen."
    en = "Somebody else has changed this in the meantime. Please reload; your input was not applied."


class WrongState(Conflict):
    """The state machine has no such edge from the row's present state."""

    code = "WRONG_STATE"
    de = "In diesem Zustand geht das nicht. Bitte ladet neu und seht nach, was jetzt möglich ist."
    en = "This is not possible in the present state. Please reload and see what is possible now."


class FourEyes(NotAllowed):
    """Nobody approves their own work."""

    code = "FOUR_EYES"
    de = "Das muss eine zweite Person tun: Wer es geschrieben hat, kann es nicht selbst freigeben."
    en = "A second person has to do this: whoever wrote it cannot approve it."
