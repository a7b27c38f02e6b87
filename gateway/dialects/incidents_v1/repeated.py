"""Requests that come again: what the engine is asked for them is remembered by their bytes, of each tenant apart.

The engine is asked each time; only where it answers what it did before, it is shown as it was. What came once is not
kept, only that it came: who walks through pages asks for each of them once, and what is kept slows Python's collector.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.incidents.session import Session
from gateway.state import State
from queries.searches import Search

Shape = TypeVar("Shape")

_EACH, _BYTE = 4096, 15
"""What a plan takes at most, as was measured: so many bytes, and more for each that is sent to or by it."""

_ONCE, _MARK = object(), 512
"""What stands for a plan whose request came once, and the bytes that this takes beside the query."""

_MOST = 131_072
"""Bytes of an answer's part, with what it was made of, that are kept to be shown again."""


@dataclass(slots=True)
class Plan(Generic[Shape]):
    """What the engine is asked for a request, and what shapes the answer; all of it follows from path and query.

    One that is not `lasting` follows from the moment too, or from what the store holds.
    """

    shape: Shape
    searches: tuple[Search, ...]
    lasting: bool = True
    size: int = 0
    """Bytes that are known to be taken; 0 where there is more since they were counted."""
    _parts: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)

    def shown(self, part: str, replied: bytes, make: Callable[[], bytes]) -> bytes:
        """A part of the answer, made of what the engine replied, and of nothing else that changes."""
        held = self._parts.get(part)
        if held is not None and held[0] == replied:
            return held[1]
        made, self.size = make(), 0
        self._parts.pop(part, None)
        if len(replied) + len(made) <= _MOST:
            self._parts[part] = replied, made
        return made

    def count(self, query: bytes) -> int:
        """Counts the bytes that it takes, with what was sent for it: a few words may stand for many clauses."""
        sent = sum(len(sent.text) for search in self.searches for sent in search.sent.values())
        kept = sum(len(replied) + len(made) for replied, made in self._parts.values())
        self.size = _EACH + _BYTE * (len(query) + sent) + kept
        return self.size


async def answered(
    request: Request[State],
    session: Session,
    planned: Callable[[Request[State], Session], Awaitable[Plan[Shape]]],
    answer: Callable[[Session, Plan[Shape]], Awaitable[bytes]],
) -> Response:
    """The answer to what is planned now, or was when the same request came before."""
    key, memory = (request.scope["path"], request.scope["query_string"]), session.ctx.readings
    held = memory.get(session.tenant, key)
    plan: Plan[Shape] = held if isinstance(held, Plan) else await planned(request, session)
    body = await answer(session, plan)
    if plan.lasting and held is None:
        memory.put(session.tenant, key, _ONCE, _MARK + len(key[1]))
    elif plan.lasting and not plan.size:
        memory.put(session.tenant, key, plan, plan.count(key[1]))
    return wire.spliced(body)
