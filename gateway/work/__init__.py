"""One request's work: its time, its place among others, and whether it has written anything yet."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import Context, ContextVar, Token
from dataclasses import dataclass, field

from gateway.problems import TimedOut
from gateway.work.admission import Admission
from gateway.work.quotas import Quota, Quotas, RateExceeded

_MOST_IDS = 50


@dataclass(slots=True)
class Touched:
    """Incidents that were written: the first 50 of their ids, and how many writes there were."""

    ids: dict[str, None] = field(default_factory=dict)
    count: int = 0

    def add(self, ids: Iterable[str]) -> None:
        """Counts the writes, and keeps their ids while there is room."""
        for document_id in ids:
            self.count += 1
            if len(self.ids) < _MOST_IDS:
                self.ids[document_id] = None


@dataclass(slots=True)
class Work:
    """What is being done for one request: within so many seconds, on behalf of a tenant once that is known.

    It takes its place with its first call to the engine: what is refused before that, or is slow to arrive, takes none.
    """

    seconds: float
    admission: Admission
    quotas: Quotas | None = None
    over_at: float = 0
    tenant: str | None = None
    quota: Quota | None = None
    """What its caller may still ask for."""
    wrote: bool = False
    touched: Touched = field(default_factory=Touched)
    _admitted: str | None = None
    """The tenant whose place it has."""
    _counted: str | None = None
    _ended: bool = False
    _aside: int = 0
    """How many of its calls have a place elsewhere."""
    caller_left: Callable[[], Awaitable[None]] | None = None
    """Returns once the caller has left, whose body was read."""
    is_left: bool = False
    is_alone: Callable[[], bool] = lambda: False
    """Whether the process has no other request to answer."""
    _loop: asyncio.AbstractEventLoop = field(init=False, repr=False)
    _entering: asyncio.Lock | None = None
    _before: Token["Work | None"] | None = None

    def __enter__(self) -> "Work":
        """Makes what the block does this work."""
        self.renew()
        self._before = _current.set(self)
        return self

    def __exit__(self, *_error: object) -> None:
        """What the task does after it is none, and has no part in its time or place."""
        self._ended = True
        self.leave()
        self.uncount()
        if self._before is not None:
            _current.reset(self._before)

    def renew(self) -> None:
        """Gives it its whole time again, and its place to others, as between the parts of something long."""
        self._loop = asyncio.get_running_loop()
        self.over_at = self._loop.time() + self.seconds
        self.leave()

    def left(self) -> float:
        """Seconds that there are. Raises TimedOut when there are none."""
        left = self.over_at - self._loop.time()
        if left <= 0:
            raise TimedOut("the request has taken its whole time")
        return left

    async def enter(self) -> None:
        """Takes a place. Raises Unavailable where there is none in time, which a call that goes on cannot meet."""
        if self._admitted is not None or self._aside or self.tenant is None:
            return
        self._entering = self._entering or asyncio.Lock()
        async with self._entering:
            if self._admitted is None and not self._ended:
                await self.admission.enter(self.tenant, self.left())
                self._admitted = self.tenant
                # Of calls side by side one may have failed meanwhile, and ended the whole: nobody else gives it back.
                if self._ended:
                    self.leave()

    def known(self, tenant: str, credential: str) -> None:
        """Is told for whom it is. Raises TooMany where that caller asks for more than it may."""
        self.tenant = tenant
        who = self.quotas.whose(tenant, credential) if self.quotas else None
        if self.quotas and who:
            try:
                self.quota = self.quotas.take(who)
            except RateExceeded as error:
                self.quota = error.quota
                raise
            self.quotas.begin(who)
            self._counted = who

    def uncount(self) -> None:
        """Is no longer among those that its caller has under way."""
        if self.quotas and self._counted:
            self.quotas.end(self._counted)
        self._counted = None

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Gives its place back and needs none within the block, which waits for another."""
        self.leave()
        self._aside += 1
        try:
            yield
        finally:
            self._aside -= 1

    @asynccontextmanager
    async def while_wanted(self) -> AsyncIterator[None]:
        """Cancels the task within the block once the caller has left, but for one that goes on with what it wrote."""
        task = asyncio.current_task()
        if self.caller_left is None or task is None:
            yield
            return
        watch = asyncio.create_task(self._cancel(self.caller_left, task), context=Context())
        try:
            yield
        finally:
            watch.cancel()

    async def _cancel(self, caller_left: Callable[[], Awaitable[None]], task: asyncio.Task[object]) -> None:
        await caller_left()
        if not self.wrote:
            self.is_left = True
            task.cancel()

    def leave(self) -> None:
        """Gives the place back, if it has one."""
        if self._admitted is not None:
            self.admission.leave(self._admitted)
            self._admitted = None


_current: ContextVar[Work | None] = ContextVar("work", default=None)


def under_way(seconds: float, admission: Admission, quotas: Quotas | None = None) -> Work:
    """Makes what its block does one work."""
    return Work(seconds, admission, quotas)


@contextmanager
def beside() -> Iterator[None]:
    """Makes what the block does a work of its own, of the same tenant, whose time and place end with the block."""
    begun_in = _current.get()
    if begun_in is None:
        yield
        return
    with under_way(begun_in.seconds, begun_in.admission):
        if work := _current.get():
            work.tenant = begun_in.tenant
        yield


@asynccontextmanager
async def aside() -> AsyncIterator[None]:
    """Holds no place within the block, which waits for another; who has written nothing is cancelled once he left."""
    work = _current.get()
    if work is None:
        yield
        return
    with work.aside():
        async with work.while_wanted():
            yield


def spare() -> bool:
    """Whether there is a place for more than this work, that nobody waits for."""
    work = _current.get()
    return work is None or work.tenant is None or work.admission.spare(work.tenant)


def current() -> Work | None:
    """The work that this is part of, if it is part of any."""
    return _current.get()


def renew() -> None:
    """Gives the work its whole time again, and its place to others."""
    if work := _current.get():
        work.renew()


def listen() -> None:
    """From here on the work only waits for what others do, and is not counted among those that are under way."""
    if work := _current.get():
        work.uncount()


def note_write() -> None:
    """From here on a refusal would not be true: something was written."""
    if work := _current.get():
        work.wrote = True


def note_incidents(ids: Iterable[str]) -> None:
    """These incidents were written."""
    if work := _current.get():
        work.touched.add(ids)


def touched() -> Touched:
    """The incidents that were written so far."""
    work = _current.get()
    return work.touched if work else Touched()
