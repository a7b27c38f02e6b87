"""Endpoints of changes: what was done to the systems that incidents are about, as change management knows it."""

import re
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.bigpanda import records
from gateway.dialects.bigpanda import requests_changes as change_bodies
from gateway.dialects.bigpanda.acting import named
from gateway.dialects.bigpanda.requests_changes import Change, Changes
from gateway.dialects.bigpanda.times import SECOND, moment, whole_seconds
from gateway.dialects.dialect import Header
from gateway.incidents.model.difference import SEPARATOR
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.problems import NotFound
from gateway.state import State
from queries import cursors
from queries.criteria import And, Between, Criterion, Is, Like, Where
from queries.cursors import Cursor
from queries.errors import QueryError
from queries.fields import LONG_TEXTS, Column
from queries.kinds import KIND
from queries.periods import iso
from queries.searches import Search
from queries.texts import long_texts

CHANGES = "/changes"
CHANGE = f"{CHANGES}/{{change_id}}"
LONGEST_KEY = 512
APP_KEY = Header(
    "x-bp-app-key",
    "the integration: of two, each has changes of its own",
    required=True,
    limits={"minLength": 1, "maxLength": LONGEST_KEY},
)

Json = dict[str, Any]

_FRAME = 4 * 60 * 60
_STARTED, _WORDS = (
    Column("started_at", "date"),
    Column("body.keyword", "text", long_path=f"{LONG_TEXTS}.body"),
)
_ORDERS = {
    "start_time_frame": ({"started_at": {"order": "desc"}}, {"sequence": {"order": "desc"}}),
    "end_time_frame": ({"ended_at": {"order": "desc", "missing": "_last"}}, {"sequence": {"order": "desc"}}),
}


async def send_change(request: Request[State], session: Session) -> Response:
    """`POST /data/changes`: a new change, or what there is to know of one now."""
    sent = await wire.read(request, change_bodies.Change)
    key = app_key(request)
    change_id = records.change_id(session.tenant, key, sent.identifier)
    [number] = await session.numbers(1)
    edit = partial(kept, sent, shown(sent, key, change_id), number, iso(session.now()))
    await records.revise(session, "change", change_id, edit)
    return Response(status_code=204)


async def get_change(request: Request[State], session: Session) -> Response:
    """`GET changes/{change_id}`."""
    change = await known(session, request.path_params["change_id"])
    return wire.reply(change["params"])


async def list_changes(request: Request[State], session: Session) -> Response:
    """`GET changes`: a page, and in the header Link where the next one is."""
    query = wire.known_query(request, change_bodies.Changes)
    walk = cursors.fingerprint(session.tenant, "changes", query.model_dump(exclude={"cursor", "limit"}))
    cursor = None if query.cursor is None else cursors.read(query.cursor, walk, session.ctx.secrets, "cursor")
    now = whole_seconds(session.now()) if cursor is None else cursor.now // 1000
    after = None if cursor is None else cursor.after
    search = Search(_wanted(query, now), _ORDERS[query.sort], query.limit, after=after)
    hits = (await session.events.search(search, fresh=True)).hits
    rows = await _rows(session, [each.document["params"] for each in hits], query.incident_id)
    if len(hits) < query.limit:
        return wire.reply({"results": rows})
    token = cursors.token(Cursor(hits[-1].sort or [], now * 1000), walk, session.ctx.secrets)
    return wire.reply({"results": rows}, headers={"Link": _link(request, token)})


async def known(session: Session, change_id: str, where: str | None = None) -> Event:
    """The change as it is kept. Raises NotFound, with the place that is given."""
    record = await records.read(session, "change", change_id)
    if record is None:
        raise NotFound(f'no change "{change_id[:128]}"', where)
    return record


def app_key(request: Request[State], default: str = "") -> str:
    """The integration that the request names. Raises QueryError where neither it nor the default is one."""
    key = request.headers.get(APP_KEY.name, default).strip()
    if not 1 <= len(key) <= LONGEST_KEY:
        raise QueryError(f"an app key of 1 to {LONGEST_KEY} characters is wanted", APP_KEY.name)
    return key


def shown(sent: Change, app_key: str, change_id: str) -> Json:
    """The change as it is answered."""
    return {"id": change_id, "source_system": f"api.{app_key}", **sent.model_dump()}


def kept(sent: Change, shown: Json, number: int, now: str, before: Event | None) -> Event:
    """The change as it is kept; one that is known so already stays as it is."""
    if before is not None and before["params"] == shown:
        return before
    made = {"sequence": number, "created_at": now} if before is None else before
    words = SEPARATOR.join((sent.identifier, sent.summary, sent.status))
    end = {} if sent.end is None else {"ended_at": iso(moment(sent.end))}
    return {
        "kind": "change", "sequence": made["sequence"], "created_at": made["created_at"], "updated_at": now,
        "started_at": iso(moment(sent.start)), **end, "body": words, "params": shown,
        **long_texts({"body": words}, ("body",)),
    }  # fmt: skip


def _wanted(query: Changes, now: int) -> Criterion:
    """The changes of the query; both ends of its time are whole seconds, and in it. Raises QueryError."""
    end = now if query.end_time_frame is None else query.end_time_frame
    start = max(end - _FRAME, 0) if query.start_time_frame is None else query.start_time_frame
    if start > end:
        raise QueryError(f"{start} is after end_time_frame, which is {end}", "start_time_frame")
    frame = Where(_STARTED, Between(gte=iso(moment(start)), lt=iso(moment(end) + SECOND)))
    said = query.search[1:-1] if re.fullmatch('".*"', query.search, re.DOTALL) else query.search
    some = re.sub(r"[\\*?]", r"\\\g<0>", said)
    return And((Where(KIND, Is(("change",))), frame, *([Where(_WORDS, Like(f"*{some}*"))] if some else [])))


async def _rows(session: Session, changes: list[Json], incident_id: str | None) -> list[Json]:
    """The changes; with an incident, each with what it has to do with that. Raises NotFound for an unknown one."""
    if incident_id is None:
        return changes
    await named(session, incident_id)
    ids = [records.relation_id(session.tenant, each["id"], incident_id) for each in changes]
    relations = await records.read_all(session, "rcc", ids)
    return [
        {**change, "rcc_metadata": relation and relation["params"]}
        for change, relation in zip(changes, relations, strict=True)
    ]


def _link(request: Request[State], token: str) -> str:
    next_page = request.url.include_query_params(cursor=token)
    return f'<{next_page.path}?{next_page.query}>; rel="next"'
