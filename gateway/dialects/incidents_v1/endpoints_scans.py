"""Endpoints of scan reports, which the registry keeps: every one of them, the latest of each source shown."""

import hashlib
import math
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway import bounds, wire
from gateway.dialects.incidents_v1 import replies, requests
from gateway.dialects.incidents_v1.reading import body, query
from gateway.dialects.incidents_v1.times import date_time
from gateway.incidents.model.sizes import check_text
from gateway.incidents.session import Session
from gateway.problems import NotFound
from gateway.state import State
from queries.criteria import And, Is, Where
from queries.errors import QueryError
from queries.fields import Column
from queries.searches import Search

KIND = "scan_report"
GRADES = ((90, "A"), (80, "B"), (70, "C"), (60, "D"), (50, "E"), (0, "F"))

_NEWEST_FIRST = ({"created_at": {"order": "desc"}},)
_MOST_SOURCES = 10_000
_MOST_MEMBERS = 10_000
"""Members of a payload that is looked into."""
_SOURCE = Column("name", "keyword")
_REPORTS = Where(Column("kind", "keyword"), Is((KIND,)))

Entry = dict[str, Any]


async def get_report(request: Request[State], session: Session) -> Response:
    """`GET scan-reports`: the latest of a source."""
    wanted = query(request, requests.ScanSource)
    entries = await _found(session, Search(And((_REPORTS, Where(_SOURCE, Is((wanted.source,))))), _NEWEST_FIRST, 1))
    if not entries:
        raise NotFound(f'no scan report from "{wanted.source}"', "source")
    return wire.reply(replies.scan_report(entries[0]))


async def add_report(request: Request[State], session: Session) -> Response:
    """`POST scan-reports`; one of the same source and time is replaced."""
    sent = await body(request, requests.ScanReport)
    check_text(sent.payload, session.rules.limits, "payload")
    entry = report(sent, session.tenant)
    source = hashlib.sha256(sent.source.encode()).hexdigest()[:32]
    entry_id = f"{KIND}:{session.tenant}:{source}:{entry['created_at']}"
    await session.registry.revise(entry_id, lambda _held: entry)
    return wire.reply(replies.scan_report(entry), 201)


async def get_score(request: Request[State], session: Session) -> Response:
    """`GET scan-reports/score`: the mean over the latest report of each source that holds one."""
    latest = Search(_REPORTS, _NEWEST_FIRST, _MOST_SOURCES, fields=("score",), collapse=_SOURCE.path)
    entries = await _found(session, latest)
    return wire.reply(graded([each["score"] for each in entries if each.get("score") is not None]))


def report(sent: requests.ScanReport, tenant: str) -> Entry:
    """A report as the registry keeps it. Raises QueryError for a `createdAt` that is no time."""
    created_at = date_time(sent.created_at, "createdAt")
    held = {"kind": KIND, "tenant": tenant, "name": sent.source, "created_at": created_at, "payload": sent.payload}
    return held | {"score": score(sent.payload)}


def score(payload: str) -> float | None:
    """The `score` of a payload that is a JSON object with a number from 0 to 100 of that name."""
    try:
        bounds.check(payload.encode(), _MOST_MEMBERS)
        report = orjson.loads(payload)
    except (orjson.JSONDecodeError, QueryError):
        return None
    said = report.get("score") if isinstance(report, dict) else None
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    return said if 0 <= said <= 100 else None


def graded(scores: list[float]) -> dict[str, Any]:
    """The mean of the scores to two decimals, and its grade."""
    if not scores:
        return {"score": 0, "grade": "N/A"}
    mean = round(math.fsum(scores) / len(scores), 2)
    grade = next(grade for least, grade in GRADES if mean >= least)
    return {"score": int(mean) if mean.is_integer() else mean, "grade": grade}


async def _found(session: Session, wanted: Search) -> list[Entry]:
    return [hit.document for hit in (await session.entries.search(wanted, fresh=True)).hits]
