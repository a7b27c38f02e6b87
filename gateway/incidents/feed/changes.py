"""Changes of incidents, read from the tenant's activities by the order in which the engine took them."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import orjson

from gateway.incidents.feed import position as positions
from gateway.incidents.feed.position import Position
from gateway.incidents.reading.history import Event, shown
from gateway.incidents.session import Session
from gateway.store.checkpoints import BY_SEQ_NO, SEQ_NO
from gateway.store.hits import Hit
from queries.criteria import And, Between, Criterion, Is, Where
from queries.kinds import KIND
from queries.searches import Search

PAGE = 1000

ACTIVITIES = Where(KIND, Is(("activity",)))
_KINDS = ("deleted", "created")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one incident as it is told, and the cursor behind it."""

    id: str
    kind: str
    number: int
    body: bytes
    token: str


@dataclass(frozen=True, slots=True)
class Part:
    """Changes that follow each other, and where the walk stands behind them."""

    changes: Sequence[Change]
    end: Position
    matches: dict[bytes, Any] = field(default_factory=dict, compare=False)

    @property
    def size(self) -> int:
        """Bytes, or nearly."""
        return sum(len(each.body) + len(each.token) for each in self.changes)


async def parts(session: Session, start: Position, end: Position) -> AsyncGenerator[Part, None]:
    """The changes behind the start up to the end, whose writes are visible to searches."""
    low = start.events.number
    while low < end.events.number:
        search = Search(between(low, end.events.number, ACTIVITIES), BY_SEQ_NO, PAGE)
        hits = (await session.events.search(search)).hits
        low = hits[-1].seq_no if len(hits) == PAGE else end.events.number
        yield Part(list(_changes(session, hits, end)), end.at(low))


def between(low: int, high: int, *also: Criterion) -> Criterion:
    """What was written behind the one number, up to the other."""
    return And((Where(SEQ_NO, Between(gt=low, lte=high)), *also))


def _changes(session: Session, hits: Sequence[Hit], end: Position) -> Iterator[Change]:
    """Activities of one write stand side by side, and are one change."""
    rows = [(hit.seq_no, hit.document) for hit in hits]
    for (incident_id, at, user), some in groupby(rows, key=_write):
        events = list(some)
        number, kind = events[-1][0], _kind(event for _, event in events)
        told = {"id": incident_id, "kind": kind, "at": at, "user": user}
        body = orjson.dumps(told | {"activities": [shown("activity", event) for _, event in events]})
        yield Change(incident_id, kind, number, body, positions.token(session, end.at(number)))


def _write(row: tuple[int, Event]) -> tuple[str, str, str]:
    event = row[1]
    return event["incident_id"], event["at"], event["actor"]


def _kind(events: Iterator[Event]) -> str:
    types = {event["type"] for event in events}
    return next((kind for kind in _KINDS if kind in types), "updated")
