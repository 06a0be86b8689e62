"""The whole graph: Query, Mutation and Subscription by inheritance, one class per word."""

from functools import lru_cache
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, Undefined, print_schema
from strawberry.extensions import DisableIntrospection
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext

from resolvers.budget import Limits
from resolvers.desk import DeskMutation, DeskQuery
from resolvers.events import EventQuery, EventSubscription
from resolvers.exchange import ExchangeMutation, ExchangeQuery
from resolvers.exchange.suggesting import SuggestionMutation, SuggestionQuery
from resolvers.following import FollowingMutation, FollowingQuery
from resolvers.hours import HoursMutation, HoursQuery, HourSubscription
from resolvers.learning import LearningMutation, LearningQuery
from resolvers.limits import DOCUMENT, Budget
from resolvers.masking import Masked
from resolvers.members import MemberMutation, MemberQuery
from resolvers.newsletter import NewsletterMutation, NewsletterQuery, NewsletterSubscriptions
from resolvers.notifications import NotificationMutation, NotificationQuery, NotificationSubscription
from resolvers.partners import BelongingMutation, BelongingQuery, PartnerKeyMutation, PartnerMutation, PartnerQuery
from resolvers.privacy import PrivacyMutation, PrivacyQuery
from resolvers.programme import ProgrammeMutation, ProgrammeQuery
from resolvers.publishing import PublishingMutation, PublishingQuery
from resolvers.questions import QuestionMutation, QuestionQuery, QuestionSubscription
from resolvers.search import SearchQuery
from resolvers.stories import StoryMutation, StoryQuery, StorySubscription
from resolvers.teams import TeamMutation, TeamQuery
from resolvers.telling import Telling
from resolvers.webhooks import WebhookMutation, WebhookQuery
from schema.scalars import SCALARS


@strawberry.type(description="Reads. Lists are Relay connections; what you may not see is absent.")
class Query(
    MemberQuery,
    TeamQuery,
    ExchangeQuery,
    HoursQuery,
    QuestionQuery,
    LearningQuery,
    SuggestionQuery,
    PrivacyQuery,
    PartnerQuery,
    BelongingQuery,
    ProgrammeQuery,
    FollowingQuery,
    StoryQuery,
    PublishingQuery,
    NewsletterQuery,
    DeskQuery,
    EventQuery,
    NotificationQuery,
    SearchQuery,
    WebhookQuery,
):
    pass


@strawberry.type(description="Writes. Each answers its payload or a typed refusal in German and English.")
class Mutation(
    MemberMutation,
    TeamMutation,
    ExchangeMutation,
    HoursMutation,
    QuestionMutation,
    LearningMutation,
    SuggestionMutation,
    PrivacyMutation,
    PartnerMutation,
    BelongingMutation,
    PartnerKeyMutation,
    ProgrammeMutation,
    FollowingMutation,
    StoryMutation,
    PublishingMutation,
    NewsletterMutation,
    DeskMutation,
    NotificationMutation,
    WebhookMutation,
):
    pass


@strawberry.type(
    description="Over graphql-transport-ws, or as text/event-stream. Each event is authorised again before it leaves."
)
class Subscription(
    EventSubscription,
    StorySubscription,
    NewsletterSubscriptions,
    NotificationSubscription,
    HourSubscription,
    QuestionSubscription,
):
    pass


class QuietSchema(strawberry.Schema):
    """Knows the limits of its documents.

    Logs nothing by itself: errors are logged where they are masked, and a client's mistakes may hold addresses.
    """

    limits: Limits = DOCUMENT

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        pass


@lru_cache(maxsize=8)
def build_schema(
    *, introspection: bool = True, suggestions: bool = True, limits: Limits = DOCUMENT
) -> strawberry.Schema:
    """The executable schema. Limits and masking belong to it, so that every transport has them.

    Built once for the same options: it takes a fifth of a second, and nothing of a request is kept in it.
    """
    extensions: list[Any] = [Masked, Budget]
    if not introspection:
        extensions.append(DisableIntrospection)
    # Not sorted: `sort_schema` breaks the resolution of unions (traps.md, 3).
    config = StrawberryConfig(disable_field_suggestions=not suggestions, scalar_map=SCALARS)
    schema = QuietSchema(
        Query, Mutation, Subscription, extensions=extensions, config=config, execution_context_class=Telling
    )
    schema.limits = limits
    _without_null_defaults(schema._schema)
    return schema


def _without_null_defaults(schema: GraphQLSchema) -> None:
    """`first: Int = null` says nothing that `first: Int` does not: left out, the Python default applies."""
    for named in schema.type_map.values():
        places: list[Any] = []
        if isinstance(named, GraphQLObjectType):
            places = [argument for field in named.fields.values() for argument in field.args.values()]
        elif isinstance(named, GraphQLInputObjectType):
            places = list(named.fields.values())
        for place in places:
            if place.default_value is None:
                place.default_value = Undefined


def sdl() -> str:
    """The schema as partners read it: what `schema/schema.graphql` must be."""
    return print_schema(build_schema()._schema) + "\n"
