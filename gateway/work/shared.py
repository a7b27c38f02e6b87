"""Calls that are the same and are wanted at the same time are made once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from gateway import work
from gateway.problems import TimedOut

Result = TypeVar("Result")
Place = asyncio.Future[Any]

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
    """

    def __init__(self) -> None:
        self._lines: dict[Hashable, _Line] = {}

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
                self._pass_on(key, line, [*line.sharing, *line.waiting])
            raise
        finally:
            if expiry:
                expiry.cancel()

    async def _made(self, key: Hashable, line: _Line, call: Callable[[], Awaitable[Result]]) -> Result:
        following = line.waiting
        try:
            if not (under_way := work.current()) or not under_way.is_alone():
                await _gathered(line)
            line.begun = True
            result = await call()
        except asyncio.CancelledError:
            following = [*line.sharing, *line.waiting]
            raise
        except Exception as error:
            _tell(line.sharing, Place.set_exception, error)
            raise
        else:
            _tell(line.sharing, Place.set_result, result)
            return result
        finally:
            self._pass_on(key, line, following)

    def _pass_on(self, key: Hashable, line: _Line, places: list[Place]) -> None:
        """Has the first of those who are still there make the next call."""
        line.begun, line.waiting = False, []
        line.sharing = [each for each in places if not each.done()]
        if line.sharing:
            line.sharing.pop(0).set_result(_TURN)
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


def _tell(places: list[Place], say: Callable[[Place, Any], None], outcome: Any) -> None:
    for each in places:
        if not each.done():
            say(each, outcome)
