"""Answers to writes under an `Idempotency-Key`: the first one is kept for a day, and given again.

Who sends the same request again gets the same answer, from any gateway. While the first is under way that is 409; where
its gateway ended before it answered, the request is carried out from where that one stopped (`gateway.once`).
"""

import asyncio
import base64
import hashlib
import logging
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message

from gateway import wire
from gateway.incidents.session import Session
from gateway.once import claims
from gateway.once.claims import KEY, Claim, Lease
from gateway.once.marks import Once
from gateway.problems import GatewayError
from gateway.state import State
from queries.errors import QueryError

Endpoint = Callable[[Request[State], Session], Awaitable[Response]]

LONGEST_KEY = 128
_PART = 2**20
_REPLAYED = {"Idempotent-Replayed": "true"}
_OF_ONE_SENDING = frozenset({b"content-length"})
_log = logging.getLogger("gateway.once")


async def answered(request: Request[State], session: Session, endpoint: Endpoint, *, streamed: bool) -> Response:
    """The endpoint's answer, once for all sendings of a request that has a key; `streamed` are bodies of any size.

    Raises QueryError for what cannot be a key, Conflict `in_flight`, Reused, Unavailable.
    """
    keys = request.headers.getlist(KEY)
    if not keys:
        return await endpoint(request, session)
    if len(keys) > 1 or not 1 <= len(keys[0]) <= LONGEST_KEY:
        raise QueryError(f"one key of 1 to {LONGEST_KEY} characters is wanted", KEY)
    sent = _streamed(request) if streamed else await _read(request, session.ctx.settings.body_limit)
    claim = await _claimed(session, keys[0], sent)
    if claim.ended:
        return await _again(claim, sent, session.ctx.settings.bulk_limit)
    once = Once(claim.entry["seed"], claim.again)
    async with _held(claim, session):
        response = await endpoint(sent.request, replace(session, once=once))
    return await _kept(claim, session, sent, once, response)


@dataclass(slots=True)
class _Sent:
    """A request as it was sent: what it is of, and the digest of its body, of a streamed one once it is read."""

    request: Request[State]
    target: str
    digest: str | None = None
    read: "hashlib._Hash" = field(default_factory=hashlib.sha256)


def _target(request: Request[State]) -> str:
    parts = (request.method, request.scope["path"], request.scope["query_string"].decode("latin-1"))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


async def _read(request: Request[State], limit: int) -> _Sent:
    """The request with its whole body, which its endpoint can read again. Raises TooLarge."""
    body = b"".join([chunk async for chunk in wire.stream(request, limit)])
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return first.pop() if first else await request.receive()

    return _Sent(Request(request.scope, receive), _target(request), hashlib.sha256(body).hexdigest())


def _streamed(request: Request[State]) -> _Sent:
    """The request with its body yet to come."""
    sent = _Sent(request, _target(request))

    async def receive() -> Message:
        message = await request.receive()
        sent.read.update(message.get("body", b""))
        if message["type"] == "http.request" and not message.get("more_body", False):
            sent.digest = sent.read.hexdigest()
        return message

    sent.request = Request(request.scope, receive)
    return sent


async def _claimed(session: Session, key: str, sent: _Sent) -> Claim:
    """The claim of the request. Callers of different names do not know of each other's keys."""
    who = session.actor if session.via is None else f"{session.via}\0{session.actor}"
    caller = hashlib.sha256(f"{who}\0{key}".encode()).hexdigest()
    request = {"tenant": session.tenant, "target": sent.target, "digest": sent.digest}
    lease = Lease(session.ctx.settings.lease, session.ctx.settings.lease_watch)
    return await claims.claim(session.registry, f"request:{session.tenant}:{caller}", request, lease, session.now())


@asynccontextmanager
async def _held(claim: Claim, session: Session) -> AsyncIterator[None]:
    """Keeps the claim ours while the block runs; where that fails, the next who sends the request carries it on."""
    over = asyncio.Event()
    # In a context of its own, so that it has no part in the request's time and place.
    task = asyncio.get_running_loop().create_task(_renewed(claim, session, over), context=Context())
    try:
        yield
    except BaseException:
        over.set()
        await asyncio.shield(_given_up(claim, session, task))
        raise
    over.set()
    await task


async def _renewed(claim: Claim, session: Session, over: asyncio.Event) -> None:
    """Renews the claim until the event; a renewal that was begun is ended, as what follows is on its version."""
    while not over.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), claim.lease.length / 3)
            return
        with suppress(GatewayError):
            await claim.renew(session.now())


async def _given_up(claim: Claim, session: Session, renewing: Awaitable[None] | None = None) -> None:
    try:
        if renewing is not None:
            await renewing
        await claim.give_up(session.now())
    except GatewayError as error:
        _log.info("a request is in nobody's hands until its lease is over: %s", error)


async def _kept(claim: Claim, session: Session, sent: _Sent, once: Once, response: Response) -> Response:
    """The answer, kept if it is the request's last one; of an answer that says to try again there will be another."""
    if response.status_code >= 500 or response.status_code == 429:
        await _given_up(claim, session)
        return response
    # As they are now: whoever compresses the answer on its way says so among the headers of the response itself.
    headers = [[n.decode(), v.decode("latin-1")] for n, v in response.raw_headers if n not in _OF_ONE_SENDING]
    keeping = _Keeping(claim, response.status_code, headers)
    if isinstance(response, StreamingResponse):
        response.body_iterator = _told(response.body_iterator, keeping, session, sent, once)
    else:
        await keeping.add(bytes(response.body))
        await _end(keeping, session, sent, once)
    return response


async def _told(
    chunks: AsyncIterable[Any], keeping: "_Keeping", session: Session, sent: _Sent, once: Once
) -> AsyncIterator[bytes]:
    async with _held(keeping.claim, session):
        async for chunk in chunks:
            await keeping.add(chunk)
            yield chunk
    await _end(keeping, session, sent, once)


async def _end(keeping: "_Keeping", session: Session, sent: _Sent, once: Once) -> None:
    if not once.whole:
        await _given_up(keeping.claim, session)
        return
    try:
        await keeping.end(sent.digest)
    except GatewayError as error:
        _log.warning("the answer to a request is not kept, which is carried out again if it is sent again: %s", error)


@dataclass(slots=True)
class _Keeping:
    """An answer on its way into the registry, in parts of about a megabyte."""

    claim: Claim
    status: int
    headers: list[list[str]]
    parts: int = 0
    error: GatewayError | None = None
    _packed: bytearray = field(default_factory=bytearray)
    _packer: "zlib._Compress" = field(default_factory=lambda: zlib.compressobj(1))

    async def add(self, chunk: bytes) -> None:
        """Takes the next bytes of the body; where they cannot be kept, the answer is not, and goes out all the same."""
        self._packed += self._packer.compress(chunk)
        if len(self._packed) >= _PART and self.error is None:
            try:
                await self.claim.keep_part(self.parts, base64.b64encode(self._packed).decode())
            except GatewayError as error:
                self.error = error
            self.parts += 1
            self._packed.clear()

    async def end(self, digest: str | None) -> None:
        """Keeps the answer. Raises GatewayError."""
        if self.error is not None:
            raise self.error
        self._packed += self._packer.flush()
        rest = {"parts": self.parts, "body": base64.b64encode(self._packed).decode()}
        await self.claim.answer({"digest": digest, "status": self.status, "headers": self.headers, **rest})


async def _again(claim: Claim, sent: _Sent, limit: int) -> Response:
    """The answer that is kept. Raises Reused where the body turns out to be another one, TooLarge."""
    if sent.digest is None:
        async for _ in wire.stream(sent.request, limit):
            pass
    claims.require_same(claim.entry, {"target": sent.target, "digest": sent.digest})
    status, headers = claim.entry["status"], {**dict(claim.entry["headers"]), **_REPLAYED}
    if claim.entry["parts"]:
        return StreamingResponse(_unpacked(claim), status, headers)
    return Response(zlib.decompress(base64.b64decode(claim.entry["body"])), status, headers)


async def _unpacked(claim: Claim) -> AsyncIterator[bytes]:
    packer = zlib.decompressobj()
    async for part in claim.parts():
        yield packer.decompress(base64.b64decode(part))
    yield packer.decompress(base64.b64decode(claim.entry["body"])) + packer.flush()
