"""Calls that are the same and are wanted at the same time are made once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from gateway import work
from gateway.problems import TimedOut
from gateway.work.turns import Steps

Result = TypeVar("Result")
Place = asyncio.Future[Any]
Say = Callable[[Place], None]

GATHERING = 0.005
"""Seconds that a call is put off at most, while each turn of the loop brings more who share it."""

_TURN = object()
"""What is told to the one who is to make the call himself."""


@dataclass(slots=True)
class _Line:
    """Who has a part in the call that is made or is just about to be, and who waits for the one after it."""

    begun: bool = False
    sharing: list[Place] = field(default_factory=list)
    waiting: list[Place] = field(default_factory=list)


class Shared(Generic[Result]):
    """Has one call of a key under way. Who asks meanwhile waits, and all who waited share the next one.

    So a call never began before anyone who shares it asked: what was acknowledged by then, through whichever gateway,
    is in it. A `lasting` answer is the same at any time, as within a point in time: the call under way is shared.

    Each call is made by the first of those who share it, in the time that his request has. If he leaves, it is
    cancelled, and the next of them makes it anew; that of nobody is made by none. A failure is told to all.

    A thousand who share one are told a few at a time, as each has an answer to write then and one loop serves all. The
    next call is made once all know, so that it is shared by as many.
    """

    def __init__(self) -> None:
        self._lines: dict[Hashable, _Line] = {}
        self._telling = Steps()

    def __len__(self) -> int:
        """How many different calls are under way."""
        return len(self._lines)

    async def once(self, key: Hashable, call: Callable[[], Awaitable[Result]], *, lasting: bool = False) -> Result:
        """What the call comes to, made by this or by another. Raises what it raises, and TimedOut."""
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line()
        else:
            place: Place = asyncio.get_running_loop().create_future()
            (line.sharing if lasting or not line.begun else line.waiting).append(place)
            outcome = await self._told(key, line, place)
            if outcome is not _TURN:
                result: Result = outcome
                return result
        return await self._made(key, line, call)

    async def _told(self, key: Hashable, line: _Line, place: Place) -> Any:
        under_way, expiry = work.current(), None
        try:
            if under_way:
                expiry = asyncio.get_running_loop().call_later(under_way.left(), _expire, place)
            return await place
        except BaseException:
            # Cancelled, it is passed over; but whose turn it was just then passes that on.
            if not place.cancel() and not place.cancelled() and not place.exception() and place.result() is _TURN:
                self._pass_on(key, line)
            raise
        finally:
            if expiry:
                expiry.cancel()

    async def _made(self, key: Hashable, line: _Line, call: Callable[[], Awaitable[Result]]) -> Result:
        try:
            if not (under_way := work.current()) or not under_way.is_alone():
                await _gathered(line)
            line.begun = True
            result = await call()
        except asyncio.CancelledError:
            self._pass_on(key, line)
            raise
        except Exception as error:
            self._tell(key, line, partial(_fail, error=error))
            raise
        self._tell(key, line, partial(_succeed, result=result))
        return result

    def _tell(self, key: Hashable, line: _Line, say: Say) -> None:
        """Tells those who share it, and has the next call made."""
        places, line.sharing = line.sharing, []
        if places:
            self._telling.begin(self._told_in_steps(key, line, places, say))
        else:
            self._pass_on(key, line)

    def _told_in_steps(self, key: Hashable, line: _Line, places: list[Place], say: Say) -> Iterator[None]:
        for place in places:
            if not place.done():
                say(place)
                yield
        self._pass_on(key, line)

    def _pass_on(self, key: Hashable, line: _Line) -> None:
        """Has the first of those who are still there make the next call."""
        there = [each for each in (*line.sharing, *line.waiting) if not each.done()]
        line.begun, line.sharing, line.waiting = False, there[1:], []
        if there:
            there[0].set_result(_TURN)
        else:
            del self._lines[key]


async def _gathered(line: _Line) -> None:
    """Lets those have a part in the call whose requests are read already, and whose are read while others come."""
    loop, known = asyncio.get_running_loop(), 0
    until = loop.time() + GATHERING
    await asyncio.sleep(0)
    while len(line.sharing) > known and loop.time() < until:
        known = len(line.sharing)
        # In one turn the loop reads what has arrived, and in the next that comes to ask here.
        await asyncio.sleep(0)
        await asyncio.sleep(0)


def _expire(place: Place) -> None:
    if not place.done():
        place.set_exception(TimedOut("the request has taken its whole time"))


def _succeed(place: Place, result: object) -> None:
    place.set_result(result)


def _fail(place: Place, error: Exception) -> None:
    place.set_exception(error)
