"""The six operations, as Leuchtturm and Mercurius understand them, and the same for PostGraphile's generated schema.

| | performance in other communities' words | what the schema of today has for it |
|---|---|---|
| feed | 20 stories with author, project, tags | stories with tags, team, its field of action, texts in both languages |
| project page | members, questions with authors | a team with its members and three successes, seen by its lead |
| catalogue | 100 learning materials | 100 successes, each with its team and field of action, or its Baustein |
| object by id, connection page | a small object; 20 with `totalCount` and cursors | a team; teams |
| insert + event + job | a mutation that queues work | a story lead: story and text, audit row, event, a ring |
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.bench.graphql.community import TEAM, TOKENS, secret_of, uid

Variables = Callable[[int], dict[str, Any]]


@dataclass(frozen=True)
class Operation:
    name: str
    document: str
    postgraphile: str
    target: float
    """CPU per request, as a share of what Mercurius with JIT takes in the same run."""
    variables: Variables = field(default=lambda n: {})
    viewer: Callable[[int], int] | None = None
    """The number of the member who asks; None: a stranger."""
    writes: bool = False

    def given(self, number: int, *, flat: bool = False) -> dict[str, Any]:
        """The variables; `flat` for inputs as PostGraphile makes them from the arguments of a function."""
        made = self.variables(number)
        if flat and "input" in made:
            text: dict[str, Any] = made["input"].pop("text")
            made["input"] |= text
        return made

    def token(self, number: int) -> str:
        return secret_of(self.viewer(number)) if self.viewer else ""


FEED = """query Feed($first: Int, $after: String) { lighthouses(first: $first, after: $after) {
  edges { node {
    id slug title tags publishedAt
    team { slug name fieldOfAction { key } }
    texts { language headline teaser }
  } }
  pageInfo { hasNextPage endCursor }
} }"""
FEED_POSTGRAPHILE = """query Feed($first: Int, $after: Cursor) {
  lighthouses: allStories(
    first: $first, after: $after, orderBy: [PUBLISHED_AT_DESC, ROW_ID_DESC], condition: { state: "published" }
  ) {
    edges { node {
      id: rowId slug title tags publishedAt
      team: teamByTeamId { slug name fieldOfAction: fieldOfActionByFieldOfActionId { key } }
      texts: storyTextsByStoryId(first: 100, orderBy: [LANGUAGE_ASC]) { nodes { language headline teaser } }
    } }
    pageInfo { hasNextPage endCursor }
  }
}"""

PAGE = """query Page($slug: String!) { team(slug: $slug) {
  id slug name pitch stage
  fieldOfAction { key title { de en } }
  memberships { role person { handle displayName pronouns } }
  successes(first: 3) { edges { node { title { de en } metric value unit asOf sourceUrl team { name } } } }
} }"""
PAGE_POSTGRAPHILE = """query Page($slug: String!) { team: teamBySlug(slug: $slug) {
  id: rowId slug name pitch stage
  fieldOfAction: fieldOfActionByFieldOfActionId { key titleDe titleEn }
  memberships: teamMembershipsByTeamId(first: 100, orderBy: [ROW_ID_ASC], condition: { state: "active" }) {
    nodes { role person: personByPersonId { handle displayName pronouns } }
  }
  successes: successesByTeamId(first: 3, orderBy: [AS_OF_DESC, ROW_ID_DESC], condition: { state: "published" }) {
    edges { node { titleDe titleEn metric value unit asOf sourceUrl team: teamByTeamId { name } } }
  }
} }"""

CATALOGUE = """query Catalogue($first: Int) { successes(first: $first) { edges { node {
  id title { de en } metric value unit asOf team { slug name fieldOfAction { key } } block { key }
} } } }"""
CATALOGUE_POSTGRAPHILE = """query Catalogue($first: Int) {
  successes: allSuccesses(first: $first, orderBy: [AS_OF_DESC, ROW_ID_DESC], condition: { state: "published" }) {
    edges { node {
      id: rowId titleDe titleEn metric value unit asOf
      team: teamByTeamId { slug name fieldOfAction: fieldOfActionByFieldOfActionId { key } }
      block: programmeBlockByBlockId { key }
    } }
  }
}"""

ONE = "query One($id: UUID!) { team(id: $id) { id slug name state } }"
ONE_POSTGRAPHILE = "query One($id: UUID!) { team: teamByRowId(rowId: $id) { id: rowId slug name state } }"

TEAMS = """query Teams($after: String) { teams(first: 20, after: $after) {
  totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id slug name pitch stage } }
} }"""
TEAMS_POSTGRAPHILE = """query Teams($after: Cursor) {
  teams: allTeams(first: 20, after: $after, orderBy: [PLACE_ASC, ROW_ID_ASC], condition: { state: "listed" }) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id: rowId slug name pitch stage } }
  }
}"""

LEAD = """mutation Lead($input: CreateStoryLeadInput!) { createStoryLead(input: $input) {
  __typename ... on CreateStoryLeadPayload { story { state title tags } }
} }"""
LEAD_POSTGRAPHILE = """mutation Lead($input: CreateStoryLeadInput!) {
  createStoryLead(input: $input) { __typename story: result { state title tags } }
}"""


def _lead(number: int) -> dict[str, Any]:
    text = {
        "language": "DE",
        "headline": f"Etwas wurde fertig, Nummer {number}",
        "teaser": "Kurz.",
        "body": "Lang. " * 20,
    }
    return {"input": {"teamId": str(uid(TEAM, 1 + number % 30)), "text": text}}


OPERATIONS = [
    Operation("feed", FEED, FEED_POSTGRAPHILE, 0.20, lambda n: {"first": 20}),
    Operation("project page", PAGE, PAGE_POSTGRAPHILE, 0.60, lambda n: {"slug": "team-1"}, lambda n: 1),
    Operation("catalogue", CATALOGUE, CATALOGUE_POSTGRAPHILE, 0.25, lambda n: {"first": 100}),
    Operation("object by id", ONE, ONE_POSTGRAPHILE, 0.80, lambda n: {"id": str(uid(TEAM, 1 + n % 30))}),
    Operation("connection page", TEAMS, TEAMS_POSTGRAPHILE, 0.70),
    # Each member may point to thirty stories an hour, so many of them take turns.
    Operation("insert + event + job", LEAD, LEAD_POSTGRAPHILE, 1.2, _lead, lambda n: n % TOKENS, writes=True),
]
