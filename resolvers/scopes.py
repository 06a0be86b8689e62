"""What a partner's key may ask: each root field wants a scope, and a document is looked at before anything of it runs.

A field that nobody has thought of wants `public:read` where it reads, and is closed to keys where it writes. What is
seen in the end is the business of `models/access.py`, as for everybody.
"""

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationType,
    SelectionSetNode,
    get_operation_ast,
)

from models.access import Viewer
from models.roles import KeyScope
from resolvers import limits

FREE = frozenset({"viewer", "__typename", "__schema", "__type"})
"""A key may always ask what it is, and what there is to ask."""
EVENTS, WEBHOOKS = KeyScope.EVENTS_READ, KeyScope.WEBHOOKS_MANAGE
READING = {"communityEvents": EVENTS, "webhooks": WEBHOOKS, "webhook": WEBHOOKS, "webhookDeliveries": WEBHOOKS}
WRITING = {
    "createWebhook", "changeWebhook", "pauseWebhook", "enableWebhook", "removeWebhook", "rotateWebhookSecret",
    "testWebhook", "replayWebhookDelivery", "replayWebhookEvents",
}  # fmt: skip


def lacking(query: str, name: str | None, viewer: Viewer) -> GraphQLError | None:
    """Why a key may not ask this; None for everybody else, and for a document that is no document anyway."""
    if viewer.partner_id is None:
        return None
    try:
        document = limits.document(query)
    except (GraphQLError, RecursionError):
        return None
    operation = get_operation_ast(document, name)
    if operation is None:
        return None
    for field in _fields(operation.selection_set, document, set()):
        if field in FREE:
            continue
        scope = wanted(operation.operation, field)
        if scope is None:
            return _error(f"A key cannot do `{field}`.", "NOT_FOR_KEYS")
        if scope not in viewer.scopes:
            return _error(f"`{field}` wants a key with the scope `{scope.value}`.", "SCOPE_MISSING")
    return None


def wanted(operation: OperationType, field: str) -> KeyScope | None:
    """The scope that a root field wants of a key; None: no key has it."""
    if operation is OperationType.MUTATION:
        return WEBHOOKS if field in WRITING else None
    if operation is OperationType.SUBSCRIPTION:
        return EVENTS
    return READING.get(field, KeyScope.PUBLIC_READ)


def _fields(selection: SelectionSetNode, document: DocumentNode, seen: set[str]) -> Iterator[str]:
    """The names of the root fields, also of those in fragments."""
    for node in selection.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, document, seen)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            for each in document.definitions:
                if isinstance(each, FragmentDefinitionNode) and each.name.value == node.name.value:
                    yield from _fields(each.selection_set, document, seen)


def _error(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})
