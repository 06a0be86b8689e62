"""Small forms from browsers and mail providers, in either of the two encodings (RFC 8058 asks for both)."""

from email import message_from_bytes
from email.policy import HTTP
from urllib.parse import parse_qs

from starlette.requests import Request

from resolvers.negotiation import Unacceptable
from resolvers.negotiation import body as read_body

MOST_BYTES = 20_000  # an address, a few boxes; nobody types more
MOST_FIELDS = 200  # one per kind of notification; anything larger is no form of ours
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
Fields = dict[str, list[str]]


async def fields(request: Request) -> Fields:
    """The fields of a form with all their values; none for a body that is no form. Raises `Unacceptable` (413)."""
    given = request.headers.get("content-type", "")
    kind = given.partition(";")[0].strip().lower()
    content = await read_body(request)
    if len(content) > MOST_BYTES:
        raise Unacceptable(413, "The form is too large.", "TOO_LARGE")
    try:
        if kind == URLENCODED:
            return parse_qs(content.decode(), max_num_fields=MOST_FIELDS, keep_blank_values=True)
        if kind == MULTIPART:
            return _multipart(given, content)
    except (UnicodeDecodeError, ValueError, LookupError):
        return {}
    return {}


def _multipart(content_type: str, content: bytes) -> Fields:
    """Read by the mail parser of the standard library: a form is a small mail, and files are not expected."""
    head = content_type.replace("\r", "").replace("\n", "").encode("latin-1")
    message = message_from_bytes(b"Content-Type: " + head + b"\r\n\r\n" + content, policy=HTTP)
    found: Fields = {}
    for part in list(message.iter_parts())[:MOST_FIELDS]:
        name = part.get_param("name", header="content-disposition")
        value = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes):
            found.setdefault(name, []).append(value.decode().rstrip("\r\n"))
    return found


def one(form: Fields, name: str) -> str:
    """The last value of a field; "" without one."""
    return form[name][-1] if form.get(name) else ""
