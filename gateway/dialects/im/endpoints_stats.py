"""Endpoints of a screen's statistics: widgets, and the ATT&CK matrix."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import attack, wire
from gateway.attack import Catalogue, Counts
from gateway.dialects.im import pages, repeated, widgets
from gateway.dialects.im.counting import Frame, aggregated, frame_of, search
from gateway.dialects.im.readings import Reading
from gateway.dialects.im.requests_stats import Mitre, Widgets
from gateway.dialects.im.widgets import Plan
from gateway.incidents.session import Session
from gateway.state import State
from queries.fields import TYPED_COLUMNS
from queries.searches import Search
from queries.stats import terms

_MITRE = TYPED_COLUMNS["mitre"]
_MOST_NAMES = 3000
_NAMES = ".{1,64}"
"""What may name a technique: the engine has it from end to end."""


async def stats(request: Request[State], session: Session) -> Response:
    """`POST incidents_full_types/stats`: many counts of the same documents, by one search."""
    reading = await repeated.read(request, session, Widgets)
    return await repeated.answered(session, reading, partial(_widgets, session, reading))


async def _widgets(session: Session, reading: Reading[Widgets]) -> bytes:
    query = reading.words
    frame = await frame_of(session, reading, widgets.fields(query))
    plans, wanted = reading.once("plans", lambda: _planned(query, frame), frame.columns, frame.since)
    counted = await aggregated(session, query, frame, wanted, "widgets")
    head = {"took": counted.took, "total_docs": counted.total} | ({"pit": query.pit} if query.pit else {})
    answers = await widgets.answers(plans, counted)
    explained = {"explain": pages.explanation(session, wanted, frame.pit)} if query.explain else {}
    return wire.dumps(head | {"widgets": answers} | explained)


def _planned(query: Widgets, frame: Frame) -> tuple[dict[str, Plan], Search]:
    plans = widgets.planned(query, frame)
    return plans, search(query, frame, widgets.joined(plans))


async def mitre(request: Request[State], session: Session) -> Response:
    """`GET` and `POST mitre`: the whole matrix, or a layer of the Navigator, with the counts of the documents."""
    reading = await repeated.read(request, session, Mitre)
    make = partial(_matrix, session, reading, request.state["gateway"].attack)
    return await repeated.answered(session, reading, make)


async def _matrix(session: Session, reading: Reading[Mitre], catalogue: Catalogue) -> bytes:
    counts, total = await _named(session, reading, catalogue)
    if reading.words.format == "navigator":
        return wire.dumps(attack.layer(catalogue, counts, total))
    return wire.dumps({"total_docs": total, **attack.matrix(catalogue, counts)})


async def _named(session: Session, reading: Reading[Mitre], catalogue: Catalogue) -> tuple[Counts, int]:
    """What the documents name, and how many documents there are; what is counted as one is counted by the engine."""
    query = reading.words
    frame = await frame_of(session, reading, ())
    names = {"names": terms(_MITRE, _MOST_NAMES, _NAMES)}
    wanted = reading.once("search", lambda: search(query, frame, names), frame.columns, frame.since)
    counted = await aggregated(session, query, frame, wanted)
    listed = counted.aggregations.get("names", {"buckets": (), "sum_other_doc_count": 0})
    spelled = {row["key"]: row["doc_count"] for row in listed["buckets"]}
    same = attack.together(catalogue, attack.spellings(spelled))
    by_id = await _together(session, query, frame, same) if same else {}
    return Counts(spelled, by_id, listed["sum_other_doc_count"]), counted.total


async def _together(
    session: Session, query: Mitre, frame: Frame, same: Mapping[str, Sequence[str]]
) -> Mapping[str, int]:
    """How many documents name any of what is the same, by its id."""
    filters: dict[str, Any] = {id_: {"terms": {_MITRE.path: list(names)}} for id_, names in same.items()}
    wanted = search(query, frame, {"same": {"filters": {"filters": filters}}})
    counted = (await aggregated(session, query, frame, wanted)).aggregations.get("same", {"buckets": {}})
    return {id_: row["doc_count"] for id_, row in counted["buckets"].items()}
