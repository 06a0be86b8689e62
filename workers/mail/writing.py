"""The trio of files per mail and language: `templates/<name>/<language>/{subject.txt,body.txt,body.html}`."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from models.language import Language
from models.site import Site
from workers.mail.message import Letter, one_line

FOLDER = Path(__file__).parent / "templates"


def environment(folder: Path) -> Environment:
    """HTML and MJML are escaped, text is not; a name that a template does not know is an error, not a gap."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(["html", "mjml"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


MAILS = environment(FOLDER)


def written(
    mail: str,
    language: Language,
    site: Site,
    /,
    *,
    to: str,
    key: tuple[str, ...],
    to_name: str = "",
    headers: tuple[tuple[str, str], ...] = (),
    **values: Any,
) -> Letter:
    """Fill in the mail of this name. What people wrote is made one line before it stands in the text part."""
    known = {key: one_line(value) if isinstance(value, str) else value for key, value in values.items()}
    known |= {"site": site, "language": language.value}
    subject = one_line(_filled(mail, language, "subject.txt", known))
    return Letter(
        to=to,
        to_name=to_name,
        subject=subject,
        text=_filled(mail, language, "body.txt", known),
        html=_filled(mail, language, "body.html", known | {"subject": subject}),
        language=language,
        key=key,
        headers=headers,
    )


def _filled(name: str, language: Language, part: str, values: dict[str, Any]) -> str:
    return MAILS.get_template(f"{name}/{language.value}/{part}").render(values)
