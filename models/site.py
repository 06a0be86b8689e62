"""The installation as readers see it: its address, its name, and who is responsible for it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from models.language import Language


@dataclass(frozen=True)
class Site:
    """Plain values, made from the settings by `leuchtturm/wiring.py` and handed down. `base_url` ends without slash."""

    base_url: str = "http://127.0.0.1:8000"
    app_url: str = ""
    """Where the single-page application of the members is, without slash at the end; "" while there is none."""
    name: str = "Leuchtturm"
    time_zone: str = "Europe/Berlin"
    mail_from: str = "Leuchtturm <redaktion@leuchtturm.example.org>"
    """A mailbox that a person reads: replies go to people."""
    mail_domain: str = "leuchtturm.example.org"
    """Right-hand side of Message-IDs and of List-Id; stays the same for ever."""
    imprint_url: str = "http://127.0.0.1:8000/imprint"
    privacy_url: str = "http://127.0.0.1:8000/privacy"
    tag_authority: str = "leuchtturm.example.org,2020"
    """Authority and date of the tag URIs in feeds; must never change (RFC 4151)."""

    websub_hub: str = ""
    """Whom feeds name as their hub (WebSub), and who is told of what is new; "" for none."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def url(self, path: str) -> str:
        """An absolute address of a path of ours, such as `/stories/kreidekasten`."""
        return self.base_url + path

    def app(self, path: str) -> str:
        """An address in the members' application; "" while there is none, rather than one that leads nowhere."""
        return self.app_url + path if self.app_url and path else ""

    def story_url(self, slug: str, language: Language) -> str:
        """The canonical page of a story's variant."""
        return self.url(f"/{language.value}/stories/{slug}")

    def link_url(self, code: str) -> str:
        """The short link of one channel post: the key by which we find the post again (channels.md, 0.6)."""
        return self.url(f"/s/{code}")
