"""Proofs: render every variant that somebody will get, and let the lint gate read the finished messages."""

import asyncio
import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from email.utils import format_datetime
from uuid import UUID

from models.language import Language
from models.newsletter.issues import PROOF, NewsletterIssue
from models.newsletter.proofs import IssueProof
from models.newsletter.sections import EVERYTHING
from models.newsletter.subscriptions import Subscription, SubscriptionState
from models.site import Site
from workers.jobs import job
from workers.newsletter.lint import Finding, lint
from workers.newsletter.render import Rendered, render
from workers.newsletter.render_splice import Personal, Variant, compiled
from workers.newsletter.view import IssueView
from workers.newsletter.views import view_of
from workers.work import Done, Ending, Job, Tools

Choice = tuple[Language, int]
"""A language and a mask of sections."""


@job(PROOF)
async def proof(tools: Tools, job: Job) -> Ending:
    """Make the proof of one revision. A newer edit has a job of its own, so an older one has nothing to do."""
    issue = await NewsletterIssue.filter(id=UUID(str(job.payload["issue"]))).first()
    if issue is None or issue.revision != job.payload["revision"] or await issue.proof():
        return Done()
    made = await proof_of(issue, tools.site, tools.now())
    await IssueProof.bulk_create([made], ignore_conflicts=True)
    return Done()


async def proof_of(issue: NewsletterIssue, site: Site, now: datetime) -> IssueProof:
    """The proof of the issue as it stands; not saved. Renders in a thread: 128 variants take a while."""
    view = await view_of(issue, site)
    filled = sum({1 << section.bit for edition in view.editions.values() for section in edition.sections})
    chosen = await choices(filled)
    made, findings = await asyncio.to_thread(looked_at, view, site, chosen, now)
    snapshot = view.snapshot()
    pages = {language: made[language, EVERYTHING].rendered for language in Language}
    return IssueProof(
        issue_id=issue.id,
        revision=issue.revision,
        snapshot=snapshot,
        sha256=hashlib.sha256(json.dumps(snapshot, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
        variants={variant.rendered.name: variant.sha256 for variant in made.values()},
        findings=[asdict(finding) for finding in findings],
        filled=filled,
        subject_de=issue.subject_de,
        subject_en=issue.subject_en,
        html_de=shown(pages[Language.DE], pages[Language.DE].html, site),
        html_en=shown(pages[Language.EN], pages[Language.EN].html, site),
        text_de=shown(pages[Language.DE], pages[Language.DE].text, site),
        text_en=shown(pages[Language.EN], pages[Language.EN].text, site),
    )


async def choices(filled: int) -> list[Choice]:
    """Both whole variants, and whatever else readers have chosen, as far as it says something; in a fixed order."""
    readers = Subscription.filter(state=SubscriptionState.CONFIRMED).distinct()
    found = {(Language(locale), int(mask)) for locale, mask in await readers.values_list("locale", "sections")}
    whole = {(language, EVERYTHING) for language in Language}
    return sorted(whole | {(language, mask) for language, mask in found if mask & filled})


def looked_at(
    view: IssueView, site: Site, chosen: Collection[Choice], now: datetime
) -> tuple[dict[Choice, Variant], list[Finding]]:
    """Compile the variants and read one message of each as a mail program would."""
    made: dict[Choice, Variant] = {}
    findings: list[Finding] = []
    for language, mask in chosen:
        variant = compiled(render(view, site, language, mask), site)
        message = variant.message(nobody(site), format_datetime(now))
        findings += lint(message, site, variant.rendered.name)
        made[language, mask] = variant
    return made, findings


def nobody(site: Site) -> Personal:
    """A reader who does not exist: for proofs and test mails. The links lead to pages that say so."""
    return Personal(
        address="ada@example.org",
        message_id=f"<proof@{site.mail_domain}>",
        unsubscribe_url=site.url("/newsletter/unsubscribe/test"),
        preferences_url=site.url("/newsletter/preferences/test"),
    )


def shown(rendered: Rendered, body: str, site: Site) -> str:
    """A body for a preview: the personal slots filled with nobody's values."""
    reader = nobody(site)
    said = {
        "greeting": "Hallo," if rendered.language is Language.DE else "Hello,",
        "address": reader.address,
        "unsubscribe_url": reader.unsubscribe_url,
        "preferences_url": reader.preferences_url,
    }
    return rendered.marks.pattern.sub(lambda found: said[found.group(1)], body)
