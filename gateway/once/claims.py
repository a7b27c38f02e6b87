"""Claims of requests, in the registry: one gateway at a time carries a request out, and keeps what it answered.

A claim is a lease that is renewed while its request is under way. Of one that has lapsed without an answer, its gateway
ended: the request is taken over under the same seed, so that its marks are known again.
"""

import asyncio
import logging
import math
import random
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from gateway.once.marks import Once
from gateway.problems import Conflict, GatewayError, Reused, Unavailable
from gateway.store.attempts import Attempts
from gateway.store.bulk import Write
from gateway.store.hits import Stored
from gateway.store.registry import Entry, Registry
from queries.periods import iso

KEPT = timedelta(hours=24)
KEY = "Idempotency-Key"

_SWEEPING = 3600
_log = logging.getLogger("gateway.once")


@dataclass(frozen=True, slots=True)
class Lease:
    """How long a claim holds without being renewed, and how much longer others wait, as clocks may differ; seconds."""

    length: float
    watch: float


@dataclass(slots=True)
class Claim:
    """One request's claim as it was last written; `again` if it was another's before, `ended` once it is answered."""

    registry: Registry
    lease: Lease
    id: str
    entry: Entry
    version: Stored
    again: bool = False

    @property
    def ended(self) -> bool:
        """Whether the request has its answer."""
        return "status" in self.entry

    async def renew(self, now: datetime) -> None:
        """Holds the claim for another lease. Raises Conflict if it was taken over."""
        await self._write(self.entry | {"until": _later(now, self.lease.length)})

    async def give_up(self, now: datetime) -> None:
        """Lets the next one carry the request out, from what is done of it. Raises Conflict if it was taken over."""
        await self._write(self.entry | {"until": iso(now - timedelta(seconds=self.lease.watch))})

    async def keep_part(self, number: int, body: str) -> None:
        """Keeps a part of the answer's body beside the claim."""
        entry = {"kind": "answer", "tenant": self.entry["tenant"], "expires_at": self.entry["expires_at"], "body": body}
        await self.registry.put(Write(_part(self.id, number), entry, mode="index"))

    async def answer(self, answer: Entry) -> None:
        """Keeps the answer, which is the request's from now on. Raises Conflict if it was taken over."""
        await self._write(self.entry | answer)

    async def parts(self) -> AsyncIterator[str]:
        """The parts of the answer's body. Raises Unavailable where one is gone."""
        for number in range(self.entry["parts"]):
            part = await self.registry.read(_part(self.id, number))
            if part is None:
                raise Unavailable("the answer to this request is not whole any more")
            yield part["body"]

    async def _write(self, entry: Entry) -> None:
        self.version = await _put(self.registry, self.id, entry, self.version)
        self.entry = entry


async def claim(registry: Registry, claim_id: str, request: Entry, lease: Lease, now: datetime) -> Claim:
    """The claim of a request, ours to carry out or ended.

    Raises Conflict `in_flight` for one that is under way, Reused for another request under its key.
    """
    fresh = {
        **request, "kind": "request", "seed": secrets.token_hex(16), "created_at": iso(now),
        "expires_at": iso(now + KEPT), "until": _later(now, lease.length),
    }  # fmt: skip
    seen: Stored | None = None
    async for _ in Attempts("the request"):
        entry = fresh if seen is None or _expired(seen.source, now) else _taken_over(seen.source, fresh, lease, now)
        if seen is not None and entry is None:
            return Claim(registry, lease, claim_id, seen.source, seen)
        try:
            assert entry is not None
            version = await _put(registry, claim_id, entry, seen)
            return Claim(registry, lease, claim_id, entry, version, again=entry is not fresh)
        except Conflict:
            seen = await registry.get(claim_id)
    raise Unavailable("the request is claimed by others again and again")


async def begun(registry: Registry, once: Once, tenant: str, what: str, now: datetime) -> bool:
    """Whether a request that is carried out again had come as far as this; from here on it has."""
    entry_id = once.mark(what)
    if once.again and await registry.get(entry_id):
        return True
    entry = {"kind": "answer", "tenant": tenant, "expires_at": iso(now + KEPT)}
    await registry.put(Write(entry_id, entry, mode="index"))
    return False


def note(tenant: str, text: str, now: datetime) -> Entry:
    """A text as it is noted of a request, for as long as its key holds."""
    return {"kind": "answer", "tenant": tenant, "expires_at": iso(now + KEPT), "body": text}


async def noted(registry: Registry, once: Once, what: str, fresh: Entry) -> str:
    """The text that was noted when the request first came as far as this; the fresh one, if it does so now."""
    entry_id = once.mark(what)
    held = await registry.read(entry_id) if once.again else None
    if held is None:
        await registry.put(Write(entry_id, fresh, mode="index"))
    return str((held or fresh)["body"])


def require_same(held: Entry, request: Entry) -> None:
    """Raises Reused where the key stands for another request. Of a body that was not read whole, nobody knows."""
    unknown = None in {held["digest"], request["digest"]}
    if held["target"] != request["target"] or not (unknown or held["digest"] == request["digest"]):
        raise Reused("another request was sent under this key; a new request needs a new one", KEY)


def _taken_over(held: Entry, fresh: Entry, lease: Lease, now: datetime) -> Entry | None:
    """The claim of a gateway that ended, as ours; None if the request has its answer."""
    require_same(held, fresh)
    if "status" in held:
        return None
    left = (datetime.fromisoformat(held["until"]) - now).total_seconds() + lease.watch
    if left > 0:
        raise Conflict("this request is under way already", KEY, kind="in_flight", retry_after=math.ceil(left))
    return held | {"until": fresh["until"]}


def _expired(held: Entry, now: datetime) -> bool:
    return datetime.fromisoformat(held["expires_at"]) <= now


def _later(now: datetime, seconds: float) -> str:
    return iso(now + timedelta(seconds=seconds))


def _part(claim_id: str, number: int) -> str:
    return f"{claim_id}~{number}"


async def _put(registry: Registry, claim_id: str, entry: Entry, seen: Stored | None) -> Stored:
    version = await registry.put(Write(claim_id, entry, seen))
    term, seq_no = version.split("-")
    return Stored(claim_id, int(seq_no), int(term), entry)


async def keep_swept(registry: Registry, clock: Callable[[], datetime]) -> NoReturn:
    """Takes away claims and answers whose time is over, now and then."""
    while True:
        await asyncio.sleep(random.uniform(0.5, 1) * _SWEEPING)
        try:
            await registry.delete_expired(("request", "answer"), iso(clock()))
        except GatewayError as error:
            _log.info("answers of yesterday are still kept: %s", error)
