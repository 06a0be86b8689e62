"""Documents known by their SHA-256: those that the operator registered, and those that clients have shown once.

Trusted documents: a frontend's compiler writes down what the frontend asks, the operator registers it, and with `only`
nothing else runs. Automatic persisted queries: a client asks by hash, is told `PersistedQueryNotFound`, sends the text
once, and asks by hash from then on. Either way the hash makes a short GET, which a CDN can keep.
"""

import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import structlog
from graphql import GraphQLError, parse, validate
from redis.asyncio import Redis
from redis.exceptions import RedisError
from strawberry import Schema

from resolvers.budget import refusal
from resolvers.limits import TOKENS, limits_of
from resolvers.negotiation import Question

LONGEST = 20_000  # characters of a document worth keeping
LIFE = 30 * 86_400  # seconds that a document is kept in Redis after it was last fetched

log = structlog.get_logger("leuchtturm.documents")


class Unknown(Exception):
    """The document is not known by this hash, or is not one that may run."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.error = GraphQLError(message, extensions={"code": code})


class Store(Protocol):
    """Where documents are kept that clients have shown. Losing one costs a client one more request."""

    async def get(self, hash: str) -> str | None: ...

    async def put(self, hash: str, document: str) -> None: ...


class InMemory:
    """The most recently used documents of this process."""

    def __init__(self, most: int) -> None:
        self._most, self._kept = most, OrderedDict[str, str]()

    async def get(self, hash: str) -> str | None:
        if hash in self._kept:
            self._kept.move_to_end(hash)
        return self._kept.get(hash)

    async def put(self, hash: str, document: str) -> None:
        self._kept[hash] = document
        self._kept.move_to_end(hash)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


class InRedis:
    """The most recently used documents of all processes, with those of this process in front."""

    PREFIX = "leuchtturm:documents"

    def __init__(self, redis: Redis, most: int) -> None:
        self._redis, self._most, self._near = redis, most, InMemory(most)

    async def get(self, hash: str) -> str | None:
        if known := await self._near.get(hash):
            return known
        try:
            found = await self._redis.get(f"{self.PREFIX}:{hash}")
        except (RedisError, OSError):
            log.warning("the store of documents does not answer", exc_info=True)
            found = None
        if found is None:
            return None
        await self.put(hash, found.decode())
        return str(found.decode())

    async def put(self, hash: str, document: str) -> None:
        await self._near.put(hash, document)
        try:
            async with self._redis.pipeline() as steps:
                steps.set(f"{self.PREFIX}:{hash}", document, ex=LIFE)
                steps.zadd(self.PREFIX, {hash: time.time()})
                steps.zcard(self.PREFIX)
                *_, count = await steps.execute()
            if count > self._most:
                oldest = await self._redis.zpopmin(self.PREFIX, count - self._most)
                await self._redis.delete(*[f"{self.PREFIX}:{name.decode()}" for name, _ in oldest])
        except (RedisError, OSError):
            log.warning("the store of documents does not answer", exc_info=True)


class Documents:
    """What may be asked by hash, or at all."""

    def __init__(
        self, registered: Mapping[str, str] | None = None, *, only: bool = False, learned: Store | None = None
    ) -> None:
        self._registered, self._only, self._learned = registered or {}, only, learned

    def outdated(self, schema: Schema) -> dict[str, str]:
        """Registered documents that this schema refuses, by hash, and why: a frontend waits for an update."""
        return {name: why for name, document in self._registered.items() if (why := _refused(schema, document))}

    async def fill(self, question: Question) -> None:
        """Give the question its document. Raises `Unknown`."""
        if question.hash and question.query and sha256(question.query) != question.hash:
            raise Unknown("This is not the hash of this document.", "PERSISTED_QUERY_HASH_MISMATCH")
        known = self._registered.get(question.hash or (sha256(question.query) if self._only else ""))
        if known is None and self._only:
            raise Unknown("Only registered documents run here, and this is none.", "DOCUMENT_NOT_TRUSTED")
        if known is None and not question.query:
            known = await self._remembered(question.hash)
        question.query = known or question.query

    async def _remembered(self, hash: str) -> str:
        """The words are those that Apollo Client and others wait for."""
        if self._learned is None:
            raise Unknown("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
        document = await self._learned.get(hash)
        if document is None:
            raise Unknown("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        return document

    async def learn(self, question: Question) -> None:
        """Keep a document that was sent with its hash and turned out to be valid."""
        shown = question.hash and question.hash not in self._registered and len(question.query) <= LONGEST
        if shown and self._learned is not None and await self._learned.get(question.hash) is None:
            await self._learned.put(question.hash, question.query)


def _refused(schema: Schema, document: str) -> str:
    try:
        parsed = parse(document, max_tokens=TOKENS)
        found = validate(schema._schema, parsed, max_errors=1)
    except (GraphQLError, RecursionError) as problem:
        return str(problem)
    no = found[0] if found else refusal(schema._schema, parsed, {}, limits_of(schema))
    return no.message if no else ""


def sha256(document: str) -> str:
    """Raises nothing: a text with lone surrogates has no UTF-8, and no client knows a hash of it."""
    return hashlib.sha256(document.encode(errors="replace")).hexdigest()


def read(path: Path) -> dict[str, str]:
    """Registered documents by hash: a manifest, or a folder of manifests (`.json`) and documents (`.graphql`).

    A manifest is `{hash: document}` as graphql-codegen and Relay write it, or Apollo's. Raises ValueError for a hash
    that is not the document's SHA-256, for a manifest of another shape, and when there is nothing at the path.
    """
    if not path.exists():
        raise ValueError(f"There are no trusted documents at {path}.")
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    found: dict[str, str] = {}
    for file in files:
        if file.suffix == ".json":
            found.update(_manifest(file))
        elif file.suffix in (".graphql", ".gql"):
            document = file.read_text(encoding="utf-8")
            found[sha256(document)] = document
    return found


def _manifest(file: Path) -> dict[str, str]:
    given: Any = json.loads(file.read_text(encoding="utf-8"))
    if isinstance(given, dict) and given.get("format") == "apollo-persisted-query-manifest":
        given = {operation["id"]: operation["body"] for operation in given["operations"]}
    if not isinstance(given, dict) or not all(isinstance(document, str) for document in given.values()):
        raise ValueError(f"{file} is no manifest of documents.")
    found = {name.removeprefix("sha256:"): document for name, document in given.items()}
    for name, document in found.items():
        if sha256(document) != name:
            raise ValueError(f"{file}: {name} is not the SHA-256 of its document. Set the compiler's hash to sha256.")
    return found
