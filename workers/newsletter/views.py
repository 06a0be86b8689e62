"""From the rows of an issue to the plain values that the renderer takes and an approval freezes."""

from models.language import Language
from models.newsletter.issues import NewsletterIssue
from models.newsletter.items import IssueItem, Placed, arranged
from models.newsletter.sections import BY_KEY, SectionKey
from models.site import Site
from workers.newsletter.view import Edition, IssueView, Item, Picture, Section


async def view_of(issue: NewsletterIssue, site: Site) -> IssueView:
    """What readers will see, in both languages. Reads the items as they are now; changes nothing."""
    placed = arranged(await issue.items.all())
    return IssueView(
        id=str(issue.id),
        week=issue.week.slug,
        editions={language: _edition(issue, placed, language, site) for language in Language},
    )


def _edition(issue: NewsletterIssue, placed: dict[SectionKey, list[Placed]], language: Language, site: Site) -> Edition:
    sections = tuple(
        Section(
            key=key.value,
            title=BY_KEY[key].title(language),
            items=tuple(_item(each, language, site) for each in items),
            bit=BY_KEY[key].bit,
        )
        for key, items in placed.items()
    )
    first = next((each.item for items in placed.values() for each in items), None)
    return Edition(
        subject=issue.subject(language),
        sections=sections,
        preheader=first.headline(first.told_in(language)) if first else "",
        intro=issue.intro_en if language is Language.EN else issue.intro_de,
        archive_path=issue.archive_path(language),
    )


def _item(placed: Placed, language: Language, site: Site) -> Item:
    """One item. Where it is not told in the language, the other one stands in and the reader sees a mark (E23)."""
    item = placed.item
    told = item.told_in(language)
    path = item.path(told)
    return Item(
        title=item.headline(told),
        url=site.url(path) if path.startswith("/") else path,
        blurb="" if placed.brief else item.blurb(told),
        language=told,
        team=item.team_name,
        picture=None if placed.brief else _picture(item, told, site),
        starts_at=item.starts_at,
        as_of=item.as_of,
        source=item.source,
        brief=placed.brief,
        kind=item.kind,
        id=str(item.source_id),
    )


def _picture(item: IssueItem, language: Language, site: Site) -> Picture | None:
    if not item.picture_path:
        return None
    alt = item.picture_alt_en if language is Language.EN else item.picture_alt_de
    return Picture(site.url(item.picture_path), alt, item.picture_width, item.picture_height)
