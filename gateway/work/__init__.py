"""One request's work: its time, its place among others, and whether it has written anything yet."""

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass, field

from gateway.problems import TimedOut
from gateway.work.admission import Admission


@dataclass(slots=True)
class Work:
    """What is being done for one request: within so many seconds, on behalf of a tenant once that is known.

    It takes its place with its first call to the engine: what is refused before that, or is slow to arrive, takes none.
    """

    seconds: float
    admission: Admission
    over_at: float = 0
    tenant: str | None = None
    wrote: bool = False
    _admitted: bool = False
    _entering: asyncio.Lock = field(default_factory=asyncio.Lock)

    def renew(self) -> None:
        """Gives it its whole time again, and its place to others, as between the parts of something long."""
        self.over_at = asyncio.get_running_loop().time() + self.seconds
        self.leave()

    def left(self) -> float:
        """Seconds that there are. Raises TimedOut when there are none."""
        left = self.over_at - asyncio.get_running_loop().time()
        if left <= 0:
            raise TimedOut("the request has taken its whole time")
        return left

    async def enter(self) -> None:
        """Takes a place. Raises Unavailable where there is none in time, which only the first call can meet."""
        if self._admitted or self.tenant is None:
            return
        async with self._entering:
            if not self._admitted:
                await self.admission.enter(self.tenant, self.left())
                self._admitted = True

    def leave(self) -> None:
        """Gives the place back, if it has one."""
        if self._admitted:
            self._admitted = False
            self.admission.leave()


_current: ContextVar[Work | None] = ContextVar("work", default=None)


def begin(seconds: float, admission: Admission) -> Work:
    """The work that this task does from here on."""
    work = Work(seconds, admission)
    work.renew()
    _current.set(work)
    return work


def current() -> Work | None:
    """The work that this is part of, if it is part of any."""
    return _current.get()


def renew() -> None:
    """Gives the work its whole time again, and its place to others."""
    if work := _current.get():
        work.renew()


def note_write() -> None:
    """From here on a refusal would not be true: something was written."""
    if work := _current.get():
        work.wrote = True
