"""Requests that come again: what the engine is asked for them is remembered by their bytes, of each tenant apart."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.incidents.session import Session
from gateway.state import State
from queries.searches import Search

Shape = TypeVar("Shape")

_EACH, _BYTE = 8192, 12
"""What a plan takes at most, as was measured: so many bytes, and more for each that is sent to or by it."""


@dataclass(frozen=True, slots=True)
class Plan(Generic[Shape]):
    """What the engine is asked for a request, and what shapes the answer; all of it follows from path and query.

    One that is not `lasting` follows from the moment too, or from what the store holds.
    """

    shape: Shape
    searches: tuple[Search, ...]
    lasting: bool = True


async def answered(
    request: Request[State],
    session: Session,
    planned: Callable[[Request[State], Session], Awaitable[Plan[Shape]]],
    answer: Callable[[Session, Plan[Shape]], Awaitable[bytes]],
) -> Response:
    """The answer to what is planned now, or was when the same request came before."""
    key, memory = (request.scope["path"], request.scope["query_string"]), session.ctx.readings
    plan: Plan[Shape] | None = memory.get(session.tenant, key)
    if plan is not None:
        return wire.spliced(await answer(session, plan))
    plan = await planned(request, session)
    body = await answer(session, plan)
    if plan.lasting:
        memory.put(session.tenant, key, plan, _size(plan, key[1]))
    return wire.spliced(body)


def _size(plan: Plan[Shape], query: bytes) -> int:
    """The bytes that the plan takes, with what was sent for it: a few words may stand for many clauses."""
    sent = sum(len(text) for search in plan.searches for text in search.sent.values())
    return _EACH + _BYTE * (len(query) + sent)
