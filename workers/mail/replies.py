"""What a relay's answer means: for the copy, for the person, and for the system (newsletter.md, 8.1)."""

import re
from dataclasses import dataclass
from enum import StrEnum

ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
ADDRESS = re.compile(r"<[^<>\s]*@[^<>\s]*>|[^\s<>]+@[^\s<>]+")

# RFC 3463: these details of class 5.1 are about the recipient. 5.1.7 and 5.1.8 are about the sender, which is us.
NO_SUCH_MAILBOX = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10"}
OUR_FAULT = {"5.1.7", "5.1.8"}
POLICY_WORDS = re.compile(r"\b(NOWL|spf|dkim|dmarc|blocked|blacklist|reputation|policy|spam)\b", re.IGNORECASE)


class Verdict(StrEnum):
    """How one transmission ended."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    """Surely not accepted, worth another try later."""
    REFUSED_ADDRESS = "refused_address"
    """There is no such mailbox: no further mail to this person."""
    REFUSED_UNCLEAR = "refused_unclear"
    """Refused for good, but one event is no reason to give up the person."""
    REFUSED_POLICY = "refused_policy"
    """Our fault (SPF, DKIM, reputation, sender). Never costs a reader."""
    NOT_BEGUN = "not_begun"
    """The relay could not be reached or left before it had the message: surely not accepted, nobody's failure."""
    UNKNOWN = "unknown"
    """The message was on the wire and no answer came: nobody can say whether it was accepted."""


@dataclass(frozen=True)
class Reply:
    """The verdict, with what the relay said; addresses are taken out of the text before it is kept anywhere."""

    verdict: Verdict
    code: int = 0
    text: str = ""

    @property
    def enhanced(self) -> str:
        found = ENHANCED.search(self.text)
        return found.group(0) if found else ""

    @property
    def throttles(self) -> bool:
        """The relay asks us to be slower."""
        return self.code == 421 or self.enhanced.startswith("4.7.")

    @property
    def alarms(self) -> bool:
        """Counts towards the circuit breaker: something is wrong with us."""
        return self.verdict is Verdict.REFUSED_POLICY or self.code == 421

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip() if self.code else self.text


def scrubbed(text: str) -> str:
    """A relay's words without the addresses that they like to repeat, on one line."""
    return " ".join(ADDRESS.sub("<address>", text).split())[:300]


def judge(code: int, text: str) -> Reply:
    """What an SMTP reply to MAIL, RCPT or the message means."""
    reply = Reply(Verdict.ACCEPTED, code, scrubbed(text))
    if 200 <= code < 300:
        return reply
    if code < 500:
        return Reply(Verdict.DEFERRED, code, reply.text)
    return Reply(_refusal(reply.enhanced, reply.text), code, reply.text)


def _refusal(enhanced: str, text: str) -> Verdict:
    if enhanced in NO_SUCH_MAILBOX:
        return Verdict.REFUSED_ADDRESS
    if enhanced in OUR_FAULT or enhanced.startswith("5.7."):
        return Verdict.REFUSED_POLICY
    if not enhanced.startswith(("5.1.", "5.2.")) and POLICY_WORDS.search(text):
        return Verdict.REFUSED_POLICY  # T-Online says "554 IP=... - NOWL" without an enhanced code
    return Verdict.REFUSED_UNCLEAR


def lost(begun: bool, why: BaseException) -> Reply:
    """The connection ended without an answer. `begun`: the message may have been accepted."""
    verdict = Verdict.UNKNOWN if begun else Verdict.NOT_BEGUN
    return Reply(verdict, 0, scrubbed(f"{type(why).__name__}: {why}"))
