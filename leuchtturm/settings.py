"""Every setting, with defaults that need no set-up. Read here and nowhere else; values are handed down.

Each is an environment variable with the prefix `LEUCHTTURM_` (`.env.example` lists them), or a line in `.env`.
"""

import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.db import is_sqlite
from models.site import Site
from models.vault import Keys
from models.webhooks import Policy


class Settings(BaseSettings):
    """Defaults run everything in one process on a SQLite file; nothing leaves the machine without credentials."""

    model_config = SettingsConfigDict(env_prefix="LEUCHTTURM_", env_file=".env", extra="ignore", frozen=False)

    # where things are
    data_dir: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = Field("", description="public address, https://… in production; links in mails begin with it")
    app_url: str = Field("", description="address of the members' single-page application; links in mails lead into it")
    dev_pages: bool = Field(False, description="show caught mail and posts under /dev/; for demonstrations only")
    metrics_port: int = Field(0, description="private port for /metrics of workers; 0: only on the API's own port")

    # who we are
    secret: SecretStr = SecretStr("")
    older_secrets: list[SecretStr] = []
    site_name: str = "Leuchtturm"
    time_zone: str = "Europe/Berlin"
    imprint_url: str = ""
    privacy_url: str = ""
    tag_authority: str = "leuchtturm.example.org,2020"

    # mail
    smtp_url: str = Field(
        "", description="smtp://user:password@host:587 (STARTTLS) or smtps://…; empty: mail is caught"
    )
    mail_from: str = "Leuchtturm <redaktion@leuchtturm.example.org>"
    mail_domain: str = "leuchtturm.example.org"
    mail_per_minute: int = Field(6000, description="newsletter copies per minute over all connections of one worker")
    smtp_connections: int = Field(4, ge=1, le=100)
    uncertain_copies: Literal["hold", "resend"] = "hold"
    undo_seconds: int = Field(600, ge=0, description="how long a scheduled issue can be taken back before it leaves")

    # X (channels.md 2.1, 17); without credentials posts are recorded, not sent
    x_consumer_key: SecretStr = SecretStr("")
    x_consumer_secret: SecretStr = SecretStr("")
    x_access_token: SecretStr = SecretStr("")
    x_access_token_secret: SecretStr = SecretStr("")
    x_user_id: str = ""
    x_money_cap_month: float = Field(0.0, ge=0, description="US dollars a month; a hard stop. Must be set to post on X")
    x_connect_to: str = Field("", description="host:port to reach instead of api.twitter.com (tests, proxies)")
    x_ca_file: str = Field("", description="certificate authority for x_connect_to")
    x_settle_seconds: int = Field(
        900, description="how long an uncertain post must stay absent before it is sent again"
    )

    # Mastodon (channels.md 2.4)
    mastodon_base_url: str = ""
    mastodon_access_token: SecretStr = SecretStr("")
    mastodon_settle_seconds: int = 600
    mastodon_replay: bool = Field(True, description="the instance keeps Idempotency-Keys; off for forks")

    channel_patience_seconds: float = Field(20.0, gt=0, description="the longest that one request to a network takes")

    # GraphQL
    graphiql: bool = True
    introspection: bool = True
    field_suggestions: bool = True
    allowed_origins: list[str] = Field([], description="origins of single-page frontends that may use the cookie")

    trusted_documents: str = Field("", description="manifest, or folder of manifests and documents, known by SHA-256")
    trusted_only: bool = Field(False, description="run registered documents and nothing else")
    persisted_queries: int = Field(
        1000, ge=0, description="documents kept that clients showed with their hash; 0: none"
    )
    answer_cache_mb: int = Field(64, ge=0, description="room for answers to strangers, in each API process; 0: none")
    public_cache_seconds: int = Field(5, ge=0, description="how long a CDN may keep what a stranger asked by hash")
    query_depth: int = Field(12, ge=1, description="how deep a document may nest")
    query_cost: int = Field(20_000, ge=1, description="fields that a document may ask for, lists by their size")
    operations_per_minute: int = Field(1200, ge=1, description="GraphQL operations of one viewer")
    connections_per_address: int = Field(200, ge=1, description="open WebSockets and event streams of one address")
    connections_per_person: int = Field(50, ge=1, description="open WebSockets and event streams of one person")
    subscriptions_per_viewer: int = Field(200, ge=1, description="open subscriptions of one person or strange address")

    # members
    dormancy_notice_days: int = Field(365, ge=1, description="days of absence before a mail asks whether to stay")
    dormancy_rest_days: int = Field(30, ge=1, description="days after that mail before the account rests")
    dormancy_redact_days: int = Field(365, ge=1, description="days of rest before the account is erased")

    # webhooks
    webhook_ports: list[int] = Field([443, 8443], description="ports that webhooks may lead to")
    webhook_trusted_hosts: list[str] = Field(
        [], description="host:port that may be private and speak plain http; tests and development only"
    )

    # feeds
    websub_hub: str = Field("", description="https://… of a WebSub hub that is told of what is new; empty: none")

    # sign-in with an account elsewhere (OpenID Connect); without an issuer there is no such button
    oidc_issuer: str = Field("", description="https://…, as the provider calls itself; discovery is asked there")
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = Field("", description="what the button calls the provider; empty: its host name")

    # operations
    log_format: Literal["text", "json"] = "text"
    log_level: str = "INFO"
    traces_url: str = Field("", description="OTLP over HTTP, http://collector:4318/v1/traces; empty: no traces")
    traces_share: float = Field(1.0, ge=0, le=1, description="share of requests and jobs that are traced")
    drain_seconds: float = Field(25.0, description="how long a stopping worker finishes what it has begun")
    lease_seconds: float = Field(60.0, description="how long claimed work is ours without a sign of life")
    sweep_seconds: float = Field(1.0, description="how often a worker looks for due work without being rung")
    faults: str = Field("", description="tests only: point=kill|term|raise, separated by commas")
    instance_id: str = Field("", description="set outside the database; a restored copy with another id sends nothing")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite://{self.data_dir / 'leuchtturm.sqlite3'}"

    @property
    def one_process(self) -> bool:
        """SQLite carries one process only: API, worker and schedule together."""
        return is_sqlite(self.database)

    @property
    def address(self) -> str:
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        """Served over HTTPS: cookies are `Secure` with the `__Host-` prefix."""
        return self.address.startswith("https://")

    @cached_property
    def the_secret(self) -> str:
        """The installation's secret; zero set-up writes one into the data folder, production must set it."""
        if given := self.secret.get_secret_value():
            return given
        if not self.one_process:
            raise ValueError("LEUCHTTURM_SECRET is not set. `leuchtturm secret` prints one; keep it and back it up.")
        file = self.data_dir / "secret"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(48))
        return file.read_text().strip()

    @property
    def keys(self) -> Keys:
        """The keys of this installation, old ones included. Raises ValueError when there is no usable secret."""
        return Keys(self.the_secret, tuple(old.get_secret_value() for old in self.older_secrets))

    @property
    def webhook_policy(self) -> Policy:
        """Where webhooks may lead."""
        return Policy(frozenset(self.webhook_ports), frozenset(self.webhook_trusted_hosts))

    @property
    def site(self) -> Site:
        return Site(
            base_url=self.address,
            app_url=self.app_url.rstrip("/"),
            name=self.site_name,
            time_zone=self.time_zone,
            mail_from=self.mail_from,
            mail_domain=self.mail_domain,
            imprint_url=self.imprint_url or f"{self.address}/imprint",
            privacy_url=self.privacy_url or f"{self.address}/privacy",
            tag_authority=self.tag_authority,
            websub_hub=self.websub_hub,
        )
