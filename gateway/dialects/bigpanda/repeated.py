"""Searches that come again: what the engine is asked for them is remembered by their bytes, of each tenant apart."""

from collections.abc import Sequence
from datetime import datetime

from starlette.requests import Request

from gateway import wire
from gateway.dialects.bigpanda import matching, membership, requests, searching
from gateway.dialects.bigpanda.membership import Environment
from gateway.dialects.bigpanda.times import whole_seconds
from gateway.incidents.session import Session
from gateway.state import State
from queries.criteria import Criterion, Everything, Placed
from queries.searches import Search

_EACH, _BYTE = 16_384, 96
"""What a search takes at most with all that is made of it, as was measured: so many bytes, and more for each of the
query and of the environments' filters, which it carries."""


class Asked:
    """A search as it was read, and what the engine was asked for it when it came last."""

    __slots__ = ("alerted", "basis", "criterion", "key", "query", "search")

    def __init__(self, query: requests.Search, key: tuple[str, bytes]) -> None:
        self.query, self.key = query, key
        self.criterion: Criterion | None = None
        self.basis: tuple[object, ...] | None = None
        self.search: Search | None = None
        self.alerted: Sequence[str] = ()
        """The incidents with alerts that were found then: most likely they are found again."""


def read(request: Request[State], session: Session) -> Asked:
    """The request's words, and what was made of them. Raises ValidationError, QueryError."""
    key = request.scope["path"], request.scope["query_string"]
    held: Asked | None = session.ctx.readings.get(session.tenant, key)
    return held or Asked(wire.known_query(request, requests.Search), key)


async def wanted(
    session: Session, asked: Asked, known: Sequence[Environment], chosen: Environment, now: datetime
) -> Search:
    """What the engine is asked now: the same as before, while the second and the environments are.

    What the engine is to be asked beforehand it is asked each time. Raises QueryError.
    """
    query = asked.query
    sought = asked.criterion or await matching.criterion(session, query.query)
    # Whether a snooze has ended is looked at to the millisecond.
    basis = sought, tuple(known), now if query.folder else whole_seconds(now)
    if asked.search is None or asked.basis != basis:
        inside = membership.criteria(known)
        criteria = inside.pop(chosen.id, Everything()), Placed("query", sought)
        asked.search = searching.search(query, criteria, inside, now, session.ctx.settings.search_window)
        asked.basis = basis
        asked.criterion = None if matching.is_looked_up(query.query) else sought
        size = len(asked.key[1]) + sum(len(each.filter) for each in known)
        session.ctx.readings.put(session.tenant, asked.key, asked, _EACH + _BYTE * size)
    return asked.search
