"""Events of incidents: pages of one incident's notes, alerts or activities, and walks over all of a criterion."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Literal

from gateway.incidents.projection import project_incident
from gateway.incidents.session import Session
from gateway.store.hits import Hit
from gateway.store.loads import PART
from queries.criteria import And, Criterion, Is, Where
from queries.errors import QueryError
from queries.fields import LONG_TEXTS, SIZE, Column
from queries.kinds import KIND
from queries.searches import WINDOW, Search

Event = dict[str, Any]
EventKind = Literal["note", "alert", "activity"]
Order = Sequence[dict[str, Any]]

INCIDENT_ID = Column("incident_id", "keyword")
TYPE = Column("type", "keyword")
NEWEST_FIRST: Order = ({"at": {"order": "desc"}}, {"sequence": {"order": "desc"}})
_OF_ALL_KINDS: Order = (*NEWEST_FIRST, {"kind": {"order": "asc"}})
"""A note has the number of the activity that tells of it."""

_IDS: Mapping[EventKind, str] = {"note": "note_id", "alert": "alert_id", "activity": "activity_id"}
"""Under what name an event of a kind says its id."""
_VIA_KEY = "via_key"
_HIDDEN = frozenset({"kind", "sequence", "revision", "via", _VIA_KEY, LONG_TEXTS, SIZE})


@dataclass(frozen=True, slots=True)
class Events:
    """A page of events, newest first: the rows, where the next page starts, how many there are."""

    rows: list[Event]
    after: Sequence[Any] | None
    total: int


def of_kind(kind: EventKind, incident_id: str) -> Criterion:
    """An incident's events of one kind."""
    return And((Where(INCIDENT_ID, Is((incident_id,))), Where(KIND, Is((kind,)))))


async def page(
    session: Session,
    incident_id: str,
    kind: EventKind,
    *,
    size: int,
    offset: int = 0,
    after: Sequence[Any] | None = None,
) -> Events:
    """An incident's events of one kind. What was written a moment ago is there.

    Raises QueryError `window_exceeded` for an offset past the engine's window; by cursor there is no end.
    """
    if after is None and offset + size > WINDOW:
        raise QueryError(f"from + size may reach {WINDOW:,}; go on by cursor", "from", "window_exceeded")
    await project_incident(session, incident_id)
    search = Search(of_kind(kind, incident_id), NEWEST_FIRST, size, offset=offset, after=after, total=True)
    hits = await session.events.search(search, fresh=True)
    last = hits.hits[-1].sort if hits.hits and len(hits.hits) == size else None
    return Events([shown(kind, hit.document) for hit in hits.hits], last, hits.total)


async def timeline(session: Session, incident_id: str, *, size: int, after: Sequence[Any] | None = None) -> Events:
    """An incident's notes, alerts and activities in one order, each with its kind. What was written just now is there.

    One keeps its place whatever is written, and a new one comes before all others, so that a walk meets each once.
    """
    await project_incident(session, incident_id)
    wanted = And((Where(INCIDENT_ID, Is((incident_id,))), Where(KIND, Is(tuple(_IDS)))))
    hits = await session.events.search(Search(wanted, _OF_ALL_KINDS, size, after=after, total=True), fresh=True)
    last = hits.hits[-1].sort if hits.hits and len(hits.hits) == size else None
    return Events([_entry(hit.document) for hit in hits.hits], last, hits.total)


def _entry(event: Event) -> Event:
    kind: EventKind = event["kind"]
    head = {"kind": kind, "at": event["at"], "id": str(event[_IDS[kind]])}
    return head | {name: value for name, value in shown(kind, event).items() if name != "at"}


async def all_of(session: Session, incident_id: str, kind: EventKind) -> list[Event]:
    """Every event of the kind, newest first, as it is shown. Raises QueryError as `whole` does."""
    await project_incident(session, incident_id)
    held = await whole(pages(session, of_kind(kind, incident_id)))
    return [shown(kind, hit.document) for hit in held]


async def whole(walk: AsyncGenerator[Sequence[Hit], None]) -> list[Hit]:
    """All that a walk meets. Raises QueryError `page_too_large` where it has more bytes than one answer may hold."""
    held, size = list[Hit](), 0
    async with aclosing(walk):
        async for some in walk:
            held += some
            size += sum(len(memoryview(hit.source)) for hit in some)
            require_room(size)
    return held


def require_room(size: int) -> None:
    """Raises QueryError `page_too_large` for more bytes than one answer may hold."""
    if size > PART:
        reason = f"there is more of this than one answer may hold, which is {PART:,} bytes"
        raise QueryError(reason, None, "page_too_large")


async def pages(
    session: Session,
    wanted: Criterion,
    order: Order = NEWEST_FIRST,
    fields: tuple[str, ...] | None = None,
    *,
    fresh: bool = True,
) -> AsyncGenerator[Sequence[Hit], None]:
    """All the events, latest first unless another order is given; those of a moment ago too, if `fresh`.

    An event keeps its place in these orders whatever is written, and new ones stand at one end, so each is met once.
    """
    if fresh:
        await session.events.refresh()
    async for some in session.events.pages(Search(wanted, order, 0, fields=fields)):
        yield some


async def newest(session: Session, incident_id: str, kind: str, params: Mapping[str, Any]) -> Event | None:
    """The incident's latest activity of the type that has these parameters, if there is one."""
    await project_incident(session, incident_id)
    wanted = And((of_kind("activity", incident_id), Where(TYPE, Is((kind,)))))
    async for page in pages(session, wanted):
        for hit in page:
            activity = hit.document
            if params.items() <= activity["params"].items():
                return activity
    return None


def shown(kind: EventKind, event: Event) -> Event:
    """The event without what is stored to find and to order it."""
    hidden = _HIDDEN if kind == "activity" else _HIDDEN | {"at"}
    result = {name: value for name, value in event.items() if name not in hidden}
    return result | {"via": event[_VIA_KEY]} if _VIA_KEY in event else result
