"""Mutations: a verb is called, a refusal becomes its twin, workers are rung, a repeated request is answered again."""

import dataclasses
import functools
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from tortoise.exceptions import IntegrityError
from tortoise.exceptions import ValidationError as UnfitForColumn
from tortoise.models import Model
from tortoise.transactions import in_transaction

from models.errors import Conflict, RateLimited, Refusal, ValidationProblem
from models.replays import Replay
from resolvers import metrics
from schema.context import Context, Info
from schema.described import text
from schema.refusals import Problem, problem, result

Verb = Callable[..., Awaitable[Any]]

PER_PERSON = "120/minute"  # mutations of one person or address: a busy editor needs ten


class TooLong(ValidationProblem):
    code = "CLIENT_MUTATION_ID"
    de = "Eine clientMutationId hat 1 bis 120 Zeichen, ohne Zeilenumbrüche und Steuerzeichen."
    en = "A clientMutationId has 1 to 120 characters, without line breaks and control characters."


def verb(payload: type, *, limit: str | None = None, once: tuple[str, ...] = ()) -> Callable[[Verb], Any]:
    """A mutation that answers `payload` or a problem. Its docstring describes it.

    `limit` is a rate of this field for each viewer, such as `"5/15 minutes"`. `once` names fields of the payload that
    are answered a single time (a secret): a repeated request gets null there.
    """

    def decorate(resolver: Verb) -> Any:
        async def resolve(self: Any, info: Any, input: Any) -> Any:
            call = functools.partial(resolver, self, info, input)
            return await _answered(call, resolver.__name__, payload, limit, once, info.context, input)

        @functools.wraps(resolver)
        async def once_only(self: Any, info: Info, input: Any) -> Any:
            done = info.context.done.get(str(info.path.key))
            return await resolve(self, info, input) if done is None else done.told()

        once_only.__annotations__ = dict(resolver.__annotations__)
        return strawberry.mutation(
            resolver=once_only,
            graphql_type=result(payload),
            description=text(resolver),
            metadata={"verb": resolve},
        )

    return decorate


async def _answered(
    call: Callable[[], Awaitable[Any]],
    name: str,
    payload: type,
    limit: str | None,
    once: tuple[str, ...],
    context: Context,
    input: Any,
) -> Any:
    try:
        await context.limit(PER_PERSON, "mutations", context.who)
        if limit:
            await context.limit(limit, name, context.who)
        answer = await _kept(call, name, payload, once, context, input)
    except Refusal as refusal:
        metrics.REFUSALS.labels(refusal.code).inc()
        return problem(refusal)
    except UnfitForColumn:
        # A text longer than its column, where our own rules had no opinion.
        metrics.REFUSALS.labels(ValidationProblem.code).inc()
        return problem(ValidationProblem())
    except IntegrityError:
        # A unique key or a foreign key said no after our own rules had said yes: somebody else was faster.
        metrics.REFUSALS.labels(Conflict.code).inc()
        return problem(Conflict())
    await context.services.ring()
    return answer


async def _kept(
    call: Callable[[], Awaitable[Any]], name: str, payload: type, once: tuple[str, ...], context: Context, input: Any
) -> Any:
    """The answer of the verb, or the one that was kept for the same `clientMutationId`.

    The kept answer is committed together with what the verb changed, so a crash in between cannot do it twice.
    Nothing is kept for strangers (nobody to keep it for) and for refusals (they changed nothing).
    """
    key = input.client_mutation_id
    if key is not None and not (1 <= len(key) <= 120 and key.isprintable()):
        raise TooLong("clientMutationId")
    me = context.viewer.person_id or context.viewer.key_id
    if key is None or me is None:
        answer = await call()
    else:
        async with in_transaction():
            replay = await Replay.begin(me, key, _fingerprint(name, input), now=context.now)
            if replay.answer is not None:
                answer = await _recalled(replay.answer, payload)
            else:
                answer = await call()
                await replay.keep(_recorded(answer, once))
    answer.client_mutation_id = key
    return answer


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    return str(value)


def _fingerprint(name: str, input: Any) -> str:
    """The same for the same mutation with the same input; a hash, because inputs may hold addresses."""
    return hashlib.sha256(json.dumps([name, input], default=_plain, sort_keys=True).encode()).hexdigest()


def _recorded(answer: Any, once: tuple[str, ...]) -> dict[str, Any]:
    return {f.name: None if f.name in once else _noted(getattr(answer, f.name)) for f in dataclasses.fields(answer)}


def _noted(value: Any) -> Any:
    if isinstance(value, Model):
        return {"row": type(value).__name__, "id": str(value.pk)}
    if isinstance(value, list):
        return [_noted(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


async def _recalled(kept: dict[str, Any], payload: type) -> Any:
    """The kept answer: the same rows as they are now."""
    return payload(**{name: await _restored(value) for name, value in kept.items()})


async def _restored(value: Any) -> Any:
    if isinstance(value, list):
        return [await _restored(item) for item in value]
    if isinstance(value, dict) and "row" in value:
        import models

        return await getattr(models, value["row"]).filter(pk=value["id"]).first()
    return value


__all__ = ["Problem", "RateLimited", "verb"]
