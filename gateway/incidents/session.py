"""What every use case needs: the store, the rules, the clock; and on whose behalf it acts."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from gateway.incidents.model.rules import Rules
from gateway.incidents.projected import Projected
from gateway.incidents.reading.search import Page, Reader
from gateway.once import claims
from gateway.once.marks import Once
from gateway.settings import Settings
from gateway.store import Store
from gateway.store.documents import Documents
from gateway.store.pit_slots import Pit
from gateway.store.pits import Pits
from gateway.store.registry import Registry
from gateway.work.remembered import Remembered
from gateway.work.shared import Shared
from queries.errors import PageTooLarge
from queries.fields import Columns
from queries.searches import Search

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """This moment, to the millisecond, as every time is stored."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


@dataclass(frozen=True, slots=True)
class Context:
    """What all requests of a gateway share; cursors are signed with the first of the secrets, and taken with any.

    `readings` are requests as a dialect has read them before, `answers` those that are just being made, as bytes.
    """

    settings: Settings
    store: Store
    rules: Rules
    pits: Pits
    reader: Reader
    secrets: Sequence[bytes]
    projected: Projected
    readings: Remembered[Hashable, Any]
    answers: Shared[bytes]
    clock: Clock = utc_now


@dataclass(frozen=True, slots=True)
class Session:
    """Someone at work in one tenant: who, through which dialect, with what; and under which key, if it has one.

    `via` is the name of the API key by which `actor` is somebody else's user, as a front-end's server names its own.
    """

    ctx: Context
    tenant: str
    actor: str
    dialect: str
    once: Once | None = None
    via: str | None = None

    @property
    def incidents(self) -> Documents:
        """The tenant's incidents and aggregation results."""
        return self.ctx.store.incidents(self.tenant)

    @property
    def events(self) -> Documents:
        """The tenant's notes, alerts and activities."""
        return self.ctx.store.events(self.tenant)

    @property
    def registry(self) -> Registry:
        """The gateway's own small documents; each names its tenant in its id."""
        return self.ctx.store.registry

    @property
    def entries(self) -> Documents:
        """The tenant's own of these, to be searched."""
        return self.ctx.store.entries(self.tenant)

    @property
    def rules(self) -> Rules:
        """What holds for every incident."""
        return self.ctx.rules

    def now(self) -> datetime:
        """This moment."""
        return self.ctx.clock()

    def next_mark(self, document_id: str) -> str | None:
        """The mark of the request's next change of the document, if it is one that may be sent again."""
        return self.once.next_mark(document_id) if self.once else None

    def new_id(self) -> str:
        """64 hex digits for what is made: any, but of a request that may be sent again always the same."""
        return self.once.digest(self.once.next_mark("")) if self.once else secrets.token_hex(32)

    async def done(self, marks: Iterable[str | None]) -> set[str]:
        """Those of the marks whose changes this request has made already, as far as incidents are projected."""
        wanted = [mark for mark in marks if mark] if self.once and self.once.again else []
        held = await self.events.get_many(wanted, source=False)
        return {mark for mark, event in zip(wanted, held, strict=True) if event}

    async def begun(self, what: str) -> bool:
        """Whether the request had come as far as this before, where it is carried out again; from here on it has."""
        if self.once is None:
            return False
        return await claims.begun(self.registry, self.once, self.tenant, what, self.now())

    async def noted(self, what: str, text: str) -> str:
        """The text as it was when the request first came as far as this; the given one, if it does so now."""
        if self.once is None:
            return text
        return await claims.noted(self.registry, self.once, what, claims.note(self.tenant, text, self.now()))

    def find(self, search: Search, pit: Pit | None = None) -> Awaitable[Page]:
        """A page of the tenant's incidents and results. Raises QueryError `window_exceeded` past the window."""
        return self.ctx.reader.find(self.tenant, search, pit)

    async def find_fitting(self, search: Search, pit: Pit | None = None) -> Page:
        """The same page, or the first part of it where its documents are too large for one."""
        while True:
            try:
                return await self.find(search, pit)
            except PageTooLarge as error:
                search = replace(search, size=error.fits)

    async def refresh(self, refresh: str = "true") -> None:
        """Has searches see what was written, of incidents and of what hangs on them; unless `refresh` is "false"."""
        if refresh != "false":
            await asyncio.gather(self.incidents.refresh(), self.events.refresh())

    async def ensure(self) -> None:
        """Has the tenant's indices made, if they are not there. Raises NotFound where only `key create` makes them."""
        await self.ctx.store.tenants.ensure(self.tenant)

    def columns(self, names: Collection[str]) -> Awaitable[Columns]:
        """The columns of these fields; of a custom one that nobody has sent, what it would be."""
        return self.ctx.store.tenants.columns(self.tenant, names)

    async def all_columns(self) -> Columns:
        """Every column of the tenant as it is now."""
        return await self.ctx.store.tenants.all_columns(self.tenant)

    async def numbers(self, count: int) -> list[int]:
        """That many numbers of the tenant's sequence, rising, never given before."""
        return await self.ctx.store.sequences.take(self.tenant, count)
