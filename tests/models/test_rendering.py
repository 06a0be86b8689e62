"""What a network shows of a story: never over its limit, never with a broken link, as much as fits."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from models.language import Language
from models.publishing.fitting import hashtag, hashtags, shortened
from models.publishing.networks import NETWORKS, ChannelKind, Network, mastodon_count, twitter_weight
from models.publishing.rendering import (
    Picture,
    StoryView,
    composed,
    missing_variant,
    rendered,
    signature,
)

LINK = "https://leuchtturm.example.org/s/Ab3xyzAb3xyz"
X, TOOTS = NETWORKS[ChannelKind.TWITTER], NETWORKS[ChannelKind.MASTODON]

PIECES = [*"abc XYZ äöüß €…–„“ #@.!?", "👨‍👩‍👧‍👦", "🇩🇪", "é", "Wörter ", "https://x.example/a ", "README.md ", "#Tag "]
WORDS = st.lists(st.sampled_from(PIECES), max_size=200).map("".join)


def view(headline: str, teaser: str = "", tags: tuple[str, ...] = (), **more: object) -> StoryView:
    return StoryView(Language.DE, headline, teaser, LINK, tags, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("– — „ “", 7),
        ("…", 2),
        ("€", 2),
        ("🇩🇪", 2),
        ("README.md", 23),
        ("Node.js", 7),
        (LINK, 23),
    ],
)
def test_x_counts_in_its_own_way(text: str, weight: int) -> None:
    assert twitter_weight(text) == weight


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("👨‍👩‍👧‍👦", 1),
        (LINK, 23),
        ("@ada@social.example hallo", 10),
        ("a" * 30, 30),
        ("http://a.b/" + "c" * 99, 23),
    ],
)
def test_mastodon_counts_what_readers_see(text: str, count: int) -> None:
    assert mastodon_count(text) == count


@given(headline=WORDS.filter(str.strip), teaser=WORDS)
@pytest.mark.parametrize("rules", [X, TOOTS], ids=["x", "mastodon"])
def test_no_text_is_over_the_limit_and_the_link_is_whole(rules: Network, headline: str, teaser: str) -> None:
    text = composed(view(headline.strip(), teaser.strip(), ("open data", "Wärme")), rules)

    assert rules.count(text) <= rules.limit
    assert LINK in text


@given(teaser=st.text(alphabet="abcdefgh ", min_size=300, max_size=400).map(lambda t: " ".join(t.split())))
def test_as_much_as_fits_is_shown(teaser: str) -> None:
    text = composed(view("Überschrift", teaser), X)
    if not text.endswith(LINK) or "…" not in text:
        return
    shown = text.split("\n\n")[1].removesuffix("…")
    following = teaser[len(shown) :].strip().split(" ")[0]

    assert X.count(text.replace("…", f" {following}…")) > X.limit


def test_tags_leave_before_words_do() -> None:
    long = "Wort " * 47
    text = composed(view("Überschrift", long.strip(), ("eins", "zwei", "drei")), X)

    assert long.strip() in text
    assert "#Drei" not in text


def test_a_teaser_ends_at_a_sentence_when_most_of_it_fits() -> None:
    teaser = "Ein Satz, der lang genug ist. " * 12
    text = composed(view("Überschrift", teaser.strip()), X)

    assert "ist.\n\n" in text
    assert "…" not in text


@given(WORDS)
def test_shortening_never_cuts_a_link_a_tag_or_a_character(text: str) -> None:
    text = " ".join(text.split())
    short = shortened(text, lambda piece: len(piece) <= 40)

    assert len(short) <= 40
    whole = {word.rstrip(" ,;:–—-") for word in text.split(" ")}
    for kept in regex.findall(r"(?<!\S)(?:https?://|[@#]\w)\S*", short.removesuffix("…")):
        assert kept.rstrip(" ,;:–—-") in whole
    letters, left = regex.findall(r"\X", text), regex.findall(r"\X", short.removesuffix("…"))
    assert letters[: len(left)] == left or short == text


@pytest.mark.parametrize(
    ("label", "tag"),
    [
        ("open data", "#OpenData"),
        ("künstliche Intelligenz", "#KünstlicheIntelligenz"),
        ("Bürger*innen", "#Bürgerinnen"),
        ("e-health", "#EHealth"),
        ("2026", ""),
        ("***", ""),
    ],
)
def test_a_label_becomes_a_tag(label: str, tag: str) -> None:
    assert hashtag(label) == tag


def test_the_same_tag_is_shown_once() -> None:
    assert hashtags(["Open Data", "open data", "Wärme", "Pflege"], 2) == ["#OpenData", "#Wärme"]


def test_a_name_that_x_makes_a_link_of_is_said_with_its_price() -> None:
    without = rendered(StoryView(Language.DE, "Ein Freibad", "", ""), X)
    accidental = rendered(StoryView(Language.DE, "Lest README.md", "", ""), X)

    assert without.cost_micros == 15_000
    assert accidental.cost_micros == 200_000
    assert [finding.code for finding in accidental.findings] == ["ACCIDENTAL_LINK"]


def test_a_mention_is_said_where_it_is_restricted() -> None:
    words = StoryView(Language.DE, "Danke an @ada und team@example.org", "", "")

    assert "MENTION" in [finding.code for finding in rendered(words, X).findings]
    assert [finding.code for finding in rendered(words, TOOTS).findings] == []


def test_pictures_that_do_not_fit_are_said() -> None:
    picture = Picture("aa", "image/png", "x" * 1_200)
    shown = rendered(view("Überschrift", pictures=[picture] * 5), X)

    assert len(shown.parts[0].pictures) == 4
    assert all(len(kept.alt) <= 1_000 for kept in shown.parts[0].pictures)
    assert {finding.code for finding in shown.findings} == {"ALT_TEXT_TRIMMED", "PICTURES_LEFT_OUT"}


def test_a_picture_without_words_is_an_error() -> None:
    shown = rendered(view("Überschrift", pictures=[Picture("aa", "image/png", "")]), X)

    assert [(finding.level, finding.code) for finding in shown.findings] == [("error", "ALT_TEXT_MISSING")]


def test_a_missing_language_is_an_error_not_a_fallback() -> None:
    shown = missing_variant(Language.EN)

    assert shown.parts == ()
    assert shown.findings[0].level == "error"


def test_the_same_story_is_rendered_to_the_same_hash() -> None:
    one, other = rendered(view("Überschrift", "Text"), X), rendered(view("Überschrift", "Text"), X)

    assert one.snapshot_hash == other.snapshot_hash == signature(dict(reversed(list(one.snapshot.items()))))


def test_the_content_is_the_same_under_another_link() -> None:
    one = rendered(StoryView(Language.DE, "Überschrift", "", LINK), X)
    other = rendered(StoryView(Language.DE, "Überschrift", "", LINK.replace("Ab3", "Zz9")), X)

    assert one.content_hash == other.content_hash
    assert one.snapshot_hash != other.snapshot_hash
