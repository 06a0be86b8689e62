"""From a request to the context that its resolvers get."""

from dataclasses import replace

from starlette.requests import Request

from models.language import preferred
from resolvers import viewer
from resolvers.loaders import RelationLoaders
from schema.context import Context, Services

PATIENCE = 10.0  # seconds for one operation; a planned page takes milliseconds


def context_of(services: Services, *, cache: bool = True) -> Context:
    """A context of a stranger, with loaders that follow its viewer."""
    loaders = RelationLoaders(lambda: context.viewer, cache=cache)
    context = Context(services=services, loaders=loaders)
    return context


def of_one_operation(context: Context) -> Context:
    """The same for one operation of a connection: with loaders and deeds of its own."""
    own = replace(context, done={}, loaders=RelationLoaders(lambda: own.viewer))
    return own


async def context_for(request: Request, services: Services, *, cache: bool = True) -> Context:
    """The context of one HTTP request. Raises `Unauthenticated`."""
    context = context_of(services, cache=cache)
    context.viewer, context.refresh = await viewer.of(request, services)
    context.language = preferred(request.headers.get("accept-language", ""))
    context.address = request.client.host if request.client else ""
    context.browser = viewer.browser_of(request, services)
    context.request = request
    return context
