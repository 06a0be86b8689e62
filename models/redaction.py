"""The last belt: nothing that looks like an address or a secret passes into a log line or a stored error.

Code does not put them there in the first place. This catches what a library's exception brings along.
"""

import re

# Anything with an @ and a dot behind it. Also eats Message-IDs, which are as good as addresses to a mail provider.
_ADDRESS = re.compile(r"[^\s<>\"'(),:;=\[\]{}]+@[^\s<>\"'(),:;=\[\]{}]+\.[A-Za-z0-9-]+")
# user:password@ in the URL of a database, of Redis or of a relay.
_CREDENTIALS = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)[^/\s@'\"]*@")
_NAMED = re.compile(
    r"(?P<name>(?:authorization|cookie|x-csrf|password|secret|token|api[_-]?key)['\"]?\s*[:=]\s*['\"]?(?:bearer\s+|basic\s+)?)"
    r"(?P<value>[^\s'\"\\,;&}\[\]]+)",
    re.IGNORECASE,
)
# 256 random bits in base64url have 43 characters of both cases; identifiers and hex digests have one case.
_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])[A-Za-z0-9_-]{32,}")

REDACTED = "[redacted]"


def redacted(text: str) -> str:
    """The text with addresses, credentials and tokens replaced; ids (UUIDs) and hex digests stay."""
    text = _CREDENTIALS.sub(rf"\g<scheme>{REDACTED}@", text)
    text = _NAMED.sub(rf"\g<name>{REDACTED}", text)
    text = _ADDRESS.sub(REDACTED, text)
    return _TOKEN.sub(REDACTED, text)


def told(problem: BaseException) -> str:
    """An exception in one line that may be stored and shown to staff: its kind and its redacted message."""
    return redacted(f"{type(problem).__name__}: {problem}")[:500]
