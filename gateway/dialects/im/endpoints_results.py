"""Endpoints of aggregation results."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.im import requests, requests_results
from gateway.dialects.im.documents import deleted, etag, lock, locked, rendered, split_meta
from gateway.dialects.im.names import PREFIX
from gateway.incidents.model.difference import RESULT
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.incidents.writing import results
from gateway.problems import Conflict
from gateway.state import State
from queries.criteria import And, Criterion, Ids, Is, Where
from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS
from queries.kinds import KIND
from queries.searches import Search
from queries.sorts import NEWEST_FIRST, sort_clauses

_SHOWN_BESIDE = frozenset({"incidents", "incidents_total"})
"""What stands beside a result's own fields where it is shown with its incidents."""
_MOST_SHOWN = 1000
_NEWEST = sort_clauses(NEWEST_FIRST, TYPED_COLUMNS)


async def list_results(request: Request[State], session: Session) -> Response:
    """`GET aggregations/results`, of one aggregation, one result, or all; a result comes with its incidents."""
    query = wire.query(request, requests_results.Results)
    ids = {"aggregation_id": query.incident_aggregation_id, "result_id": query.incident_aggregation_result_id}
    wanted = [Where(TYPED_COLUMNS[name], Is((value,))) for name, value in ids.items() if value is not None]
    one = query.incident_aggregation_result_id is not None
    window = (0, 100) if one else (query.from_, query.size)
    docs, total = await _found(session, And((Where(KIND, Is((RESULT,))), *wanted)), *window)
    if one:
        docs = [await _with_incidents(session, doc, query) for doc in docs]
    return wire.spliced(b'{"docs":[%b],"total_docs":%d}' % (b",".join(docs), total))


async def create_result(request: Request[State], session: Session) -> Response:
    """`POST aggregations/results/{aggregation_id}/{result_id}`: its fields, and `incident_ids`."""
    query = wire.query(request, requests.Write)
    ids = request.path_params["aggregation_id"], request.path_params["result_id"]
    meta, sent = split_meta(await wire.read_document(request), results.result_id_of(*ids), RESULT)
    seen = lock(request, meta)
    if seen is not None:
        raise Conflict(f"nothing new is at version {seen}")
    document_id = await results.create(session, *ids, sent, refresh=query.refresh)
    result = await get(session, document_id, RESULT)
    root = request.scope["root_path"]
    location = {"Location": f"{root}{PREFIX}/aggregations/results?incident_aggregation_result_id={ids[1]}"}
    return wire.spliced(result.wire(), 201, {**location, **etag(result.version)})


async def update_result(request: Request[State], session: Session) -> Response:
    """`PUT aggregations/results/{aggregation_id}/{result_id}?sync=`."""
    query, document_id = wire.query(request, requests.SyncedWrite), _document_id(request)
    meta, sent = split_meta(await wire.read_object(request), document_id, RESULT)
    await _check_shown(session, document_id, sent)
    fields = {name: value for name, value in sent.items() if name not in _SHOWN_BESIDE}
    outcome = await results.update(
        session, document_id, fields, await locked(request, session, document_id, meta, RESULT), refresh=query.refresh
    )
    synced = await results.sync(session, document_id, fields if query.sync else {}, refresh=query.refresh)
    answer: dict[str, Any] = wire.parsed(rendered(outcome))
    counts = {"result": outcome.result, "synced": synced.count, "failed": synced.failed}
    return wire.reply({"_meta": answer["_meta"], **counts}, 200, etag(outcome.version))


async def delete_result(request: Request[State], session: Session) -> Response:
    """`DELETE aggregations/results/{aggregation_id}/{result_id}`; its incidents stay."""
    query, document_id = wire.query(request, requests.Write), _document_id(request)
    version = await results.delete(
        session, document_id, await locked(request, session, document_id, None, RESULT), refresh=query.refresh
    )
    return wire.reply(deleted(document_id, RESULT, version))


def _document_id(request: Request[State]) -> str:
    return results.result_id_of(request.path_params["aggregation_id"], request.path_params["result_id"])


async def _found(session: Session, wanted: Criterion, offset: int, size: int) -> tuple[list[bytes], int]:
    page = await session.find(Search(wanted, _NEWEST, size, offset=offset, total=True))
    return [each.wire() for each in page.hits], page.total or 0


async def _check_shown(session: Session, document_id: str, sent: dict[str, Any]) -> None:
    """Raises QueryError for incidents of the result, or a number of them, that are not as they are read."""
    if sent.keys().isdisjoint(_SHOWN_BESIDE):
        return
    shown = sent.get("incidents", [])
    if not isinstance(shown, list) or len(shown) > _MOST_SHOWN:
        raise _written_elsewhere("incidents")
    result = [each for each in map(_id_of, shown) if each]
    members, of_these = results.members(document_id), Ids(tuple(result))
    docs, _ = await _found(session, And((members, of_these)), 0, len(result))
    held = {each["_meta"]["id"]: each for each in map(wire.parsed, docs)}
    wrong = next((i for i, each in enumerate(shown) if held.get(_id_of(each)) != each), None)
    if wrong is not None:
        raise _written_elsewhere(f"incidents[{wrong}]")
    _, total = await _found(session, members, 0, 0)
    if sent.get("incidents_total", total) != total:
        raise _written_elsewhere("incidents_total")


def _id_of(shown: Any) -> str:
    match shown:
        case {"_meta": {"id": str(found)}}:
            return found
        case _:
            return ""


def _written_elsewhere(where: str) -> QueryError:
    return QueryError(f'"{where}" is written by the gateway alone', where, "read_only")


async def _with_incidents(session: Session, doc: bytes, query: requests_results.Results) -> bytes:
    document_id: str = wire.parsed(doc)["_meta"]["id"]
    docs, total = await _found(session, results.members(document_id), query.from_, query.size)
    return b'%b,"incidents":[%b],"incidents_total":%d}' % (doc[:-1], b",".join(docs), total)
