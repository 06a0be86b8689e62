"""From a request to the context that its resolvers get."""

from dataclasses import replace

from starlette.requests import Request

from models.language import preferred
from resolvers import viewer
from resolvers.loaders import RelationLoaders
from resolvers.manners import Manner
from resolvers.patience import Patience
from schema.context import Context, Services

PATIENCE = Patience(10.0)
"""For one operation; a planned page takes milliseconds."""


def context_of(services: Services, *, cache: bool = True) -> Context:
    """A context of a stranger, with loaders that follow its viewer."""
    loaders = RelationLoaders(lambda: context.viewer, cache=cache)
    context = Context(services=services, loaders=loaders)
    return context


def of_one_operation(context: Context) -> Context:
    """The same for one operation of a connection: with loaders and deeds of its own."""
    own = replace(context, done={}, loaders=RelationLoaders(lambda: own.viewer))
    return own


async def context_for(
    request: Request, services: Services, manner: Manner | None = None, *, cache: bool = True
) -> Context:
    """The context of one HTTP request, for a page without a manner. Raises `Unauthenticated`."""
    context = context_of(services, cache=cache)
    if manner is None or manner.personal:
        context.viewer, context.refresh = await viewer.of(request, services)
        context.browser = viewer.browser_of(request, services)
    context.language = preferred(request.headers.get("accept-language", "")) if manner is None else manner.language
    client = request.scope.get("client")
    context.address = client[0] if client else ""
    context.request = request
    return context
