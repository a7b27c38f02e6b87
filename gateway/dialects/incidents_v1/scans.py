"""Endpoints of scan reports, which the registry keeps: every one of them, the latest of each source shown."""

import hashlib
import math
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.access.principals import Principal
from gateway.dialects.incidents_v1 import replies, requests
from gateway.dialects.incidents_v1.reading import body, query
from gateway.dialects.incidents_v1.times import date_time
from gateway.problems import NotFound
from gateway.state import State
from gateway.store import OpenSearch, registry
from gateway.store.registry import REGISTRY, Entry

KIND = "scan_report"
GRADES = ((90, "A"), (80, "B"), (70, "C"), (60, "D"), (50, "E"), (0, "F"))

_NEWEST_FIRST = [{"created_at": {"order": "desc"}}]
_MOST_SOURCES = 10_000


async def get_report(request: Request[State], caller: Principal) -> Response:
    """`GET scan-reports`: the latest of a source."""
    asked, store = query(request, requests.ScanSource), request.state["gateway"].ctx.store
    found = await _found(store, caller.tenant, {"term": {"name": asked.source}}, size=1)
    if not found:
        raise NotFound(f'no scan report from "{asked.source}"', "source")
    return wire.reply(replies.scan_report(found[0]))


async def add_report(request: Request[State], caller: Principal) -> Response:
    """`POST scan-reports`; one of the same source and time is replaced."""
    sent, store = await body(request, requests.ScanReport), request.state["gateway"].ctx.store
    entry = report(sent, caller.tenant)
    source = hashlib.sha256(sent.source.encode()).hexdigest()[:32]
    entry_id = f"{KIND}:{caller.tenant}:{source}:{entry['created_at']}"
    await registry.revise(store, entry_id, lambda _held: entry)
    return wire.reply(replies.scan_report(entry), 201)


async def get_score(request: Request[State], caller: Principal) -> Response:
    """`GET scan-reports/score`: the mean over the latest report of each source that holds one."""
    store = request.state["gateway"].ctx.store
    latest = {"collapse": {"field": "name"}, "_source": ["score"]}
    found = await _found(store, caller.tenant, {"match_all": {}}, size=_MOST_SOURCES, **latest)
    return wire.reply(graded([each["score"] for each in found if each.get("score") is not None]))


def report(sent: requests.ScanReport, tenant: str) -> Entry:
    """A report as the registry keeps it. Raises QueryError for a `createdAt` that is no time."""
    created_at = date_time(sent.created_at, "createdAt")
    held = {"kind": KIND, "tenant": tenant, "name": sent.source, "created_at": created_at, "payload": sent.payload}
    return held | {"score": score(sent.payload)}


def score(payload: str) -> float | None:
    """The `score` of a payload that is a JSON object with a number from 0 to 100 of that name."""
    try:
        told = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    said = told.get("score") if isinstance(told, dict) else None
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


async def _found(store: OpenSearch, tenant: str, also: dict[str, Any], **asked: Any) -> list[Entry]:
    wanted = [{"term": {"kind": KIND}}, {"term": {"tenant": tenant}}, also]
    await store.refresh(REGISTRY)
    body = {"query": {"bool": {"filter": wanted}}, "sort": _NEWEST_FIRST, **asked}
    return [each["_source"] for each in orjson.loads(await store.search(body, REGISTRY))["hits"]["hits"]]
