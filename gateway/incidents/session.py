"""What every use case needs: the store, the rules, the clock; and on whose behalf it acts."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gateway.incidents.model.rules import Rules
from gateway.incidents.projected import Projected
from gateway.incidents.reading.search import Page, Reader
from gateway.settings import Settings
from gateway.store import Store
from gateway.store.documents import Documents
from gateway.store.pit_slots import Pit
from gateway.store.pits import Pits
from gateway.store.registry import Registry
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
    """What all requests of a gateway share; cursors are signed with the secret."""

    settings: Settings
    store: Store
    rules: Rules
    pits: Pits
    reader: Reader
    secret: bytes
    projected: Projected
    clock: Clock = utc_now


@dataclass(frozen=True, slots=True)
class Session:
    """Someone at work in one tenant: who, through which dialect, and with what."""

    ctx: Context
    tenant: str
    actor: str
    dialect: str

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

    async def find(self, search: Search, pit: Pit | None = None) -> Page:
        """A page of the tenant's incidents and results. Raises QueryError `window_exceeded` past the window."""
        return await self.ctx.reader.find(self.tenant, search, pit)

    async def find_fitting(self, search: Search, pit: Pit | None = None) -> Page:
        """The same page, or the first part of it where its documents are too large for one."""
        while True:
            try:
                return await self.find(search, pit)
            except PageTooLarge as error:
                search = replace(search, size=error.fits)

    async def ensure(self) -> None:
        """Has the tenant's indices made, if they are not there. Raises NotFound where only `key create` makes them."""
        await self.ctx.store.tenants.ensure(self.tenant)

    async def columns(self, names: Collection[str]) -> Columns:
        """The columns of these fields; of a custom one that nobody has sent, what it would be."""
        return await self.ctx.store.tenants.columns(self.tenant, names)

    async def numbers(self, count: int) -> list[int]:
        """That many numbers of the tenant's sequence, rising, never given before."""
        return await self.ctx.store.sequences.take(self.tenant, count)
