"""The declarations of the read path: every field is a column, has a loader or is computed."""

import pytest
from graphql import GraphQLObjectType, GraphQLUnionType, get_named_type
from tortoise.models import Model

import models
from models.access import SCOPES
from models.machine import Stateful
from resolvers.graph import build_schema
from schema.binding import BINDINGS, Binding, Relation, bound, fetched, relation
from schema.members import Person
from schema.paging import MOST, Order

SCHEMA = build_schema()._schema
BOUND = [pytest.param(binding, id=binding.shape.__name__) for binding in BINDINGS.values()]
RELATIONS = [
    pytest.param(binding.model, declared, id=f"{binding.shape.__name__}.{name}")
    for binding in BINDINGS.values()
    for name, declared in binding.relations.items()
]


@pytest.mark.parametrize("binding", BOUND)
def test_every_plain_field_is_a_column_of_its_model(binding: Binding) -> None:
    meta = binding.model._meta
    keys = {f"{name}_id" for name in meta.fk_fields}

    assert set(binding.columns.values()) <= (set(meta.fields_db_projection) | keys)


@pytest.mark.parametrize("binding", BOUND)
def test_no_relation_is_left_to_its_attribute(binding: Binding) -> None:
    """A foreign key that was not fetched is an awaitable queryset: without a loader it is a silent N+1."""
    meta = binding.model._meta
    relations = meta.fk_fields | meta.o2o_fields | meta.m2m_fields | meta.backward_fk_fields | meta.backward_o2o_fields

    for field in binding.shape.__strawberry_definition__.fields:
        if field.python_name in relations:
            assert field.base_resolver is not None, f"{binding.shape.__name__}.{field.python_name} has no loader"
            assert field.python_name in {*binding.relations, *binding.computed}


@pytest.mark.parametrize(("model", "declared"), RELATIONS)
async def test_every_relation_leads_somewhere(database: str, model: type[Model], declared: Relation) -> None:
    target = declared.target(model)
    holder = target if declared.many else model

    assert declared.column(model) in holder._meta.fields_map
    for name in Order.of(target, declared.order).names:
        assert name in target._meta.fields_map, f"no column {name} to order by"
    await target.filter(**declared.where).limit(1)
    if declared.scoped:
        assert target.__name__ in SCOPES, f"a scoped relation to {target.__name__}, which nobody may see"


@pytest.mark.parametrize("binding", BOUND)
def test_every_machine_can_be_asked_what_the_viewer_may_do(binding: Binding) -> None:
    named = SCHEMA.get_type(binding.shape.__name__)
    assert isinstance(named, GraphQLObjectType)

    assert "viewerCan" in named.fields or not issubclass(binding.model, Stateful)


def test_every_mutation_answers_its_payload_or_a_problem() -> None:
    assert SCHEMA.mutation_type is not None
    for name, field in SCHEMA.mutation_type.fields.items():
        union = get_named_type(field.type)
        assert isinstance(union, GraphQLUnionType), name
        word = name[0].upper() + name[1:]
        members = [member.name for member in union.types]
        assert members == [f"{word}Payload", "ValidationProblem", "NotAllowed", "Conflict", "RateLimited"], name
        assert list(field.args) == ["input"], name
        assert "clientMutationId" in get_named_type(field.args["input"].type).fields, name  # type: ignore[union-attr]


def test_everything_that_can_be_asked_is_described() -> None:
    for root in (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type):
        assert root is not None
        silent = [f"{root.name}.{name}" for name, field in root.fields.items() if not field.description]
        assert silent == []
    for named in SCHEMA.type_map.values():
        if isinstance(named, GraphQLObjectType) and not named.name.startswith("__"):
            plain = named.name.endswith("Payload")
            assert named.description or plain, f"{named.name} has no description"


SECRETS = ("email", "contact", "token_hash", "tokenHash", "browserHash", "emailHash", "ciphertext", "secretKey")


def test_no_type_shows_an_address_or_a_hash_of_a_secret() -> None:
    for named in SCHEMA.type_map.values():
        if isinstance(named, GraphQLObjectType) and not named.name.startswith("__"):
            assert not set(named.fields) & set(SECRETS), named.name


async def test_a_plain_list_ends_somewhere(database: str) -> None:
    for number in range(MOST + 5):
        await models.FieldOfAction.create(key=f"f{number}", title_de="F")

    assert len(await fetched(models.FieldOfAction.all(), list[models.FieldOfAction])) == MOST


def test_a_scoped_relation_must_say_that_it_may_be_absent() -> None:
    with pytest.raises(TypeError, match="may be absent"):

        @bound(models.TeamMembership)
        class Wrong:
            person: Person = relation("person", scoped=True)


def test_a_field_that_is_no_column_is_refused_when_it_is_declared() -> None:
    with pytest.raises(TypeError, match="no column"):

        @bound(models.Team)
        class Wrong:
            colour: str
