"""The only way to the engine: the calls we make of it, and its failures as ours. Nobody else imports opensearchpy."""

import asyncio
import io
import logging
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import orjson
from opensearchpy import AsyncOpenSearch
from opensearchpy import exceptions as engine

from gateway.problems import Conflict, NotFound, PitExpired, TimedOut, TooMany, Unavailable
from gateway.settings import Settings
from gateway.telemetry import ENGINE_SECONDS
from queries.errors import QueryError

Json = dict[str, Any]

NO_REPLY = "the engine answered with something that is no reply"

_log = logging.getLogger("gateway.opensearch")
_GONE = frozenset({"search_context_missing_exception", "node_not_connected_exception", "index_not_found_exception"})
_BUSY = "the engine is overloaded"
_PIECE = 2**20


class _Text:
    """A serializer that leaves bodies as they are: requests are ready bytes, replies are text to cut from."""

    mimetype = "application/json"

    def dumps(self, data: bytes) -> Any:
        # Large bytes block the event loop, of which the HTTP client warns; of a file it sends piece by piece.
        return io.BytesIO(data) if len(data) > _PIECE else data

    def loads(self, text: str) -> str:
        return text


class OpenSearch:
    """The engine: reads are tried twice, writes once, so that no write ever happens twice unseen."""

    def __init__(self, settings: Settings) -> None:
        self._timeout = settings.opensearch_timeout
        self._places = asyncio.Semaphore(settings.opensearch_requests)
        self._waiting, self._most_waiting = 0, settings.opensearch_waiting
        self._reads = _client(settings, retries=1)
        self._writes = _client(settings, retries=0)

    async def close(self) -> None:
        """Closes every connection."""
        await self._reads.close()
        await self._writes.close()

    async def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        missing_ok: bool = False,
        write: bool = False,
    ) -> str:
        """The engine's reply, uncut. Raises GatewayError; a 404 is a reply where `missing_ok`."""
        transport = (self._writes if write else self._reads).transport
        async with self._place():
            try:
                with ENGINE_SECONDS.labels(method, _api(path)).time():
                    reply: str = await transport.perform_request(
                        method,
                        path,
                        params=params,
                        body=body,
                        timeout=self._timeout,
                        ignore=(404,) if missing_ok else (),
                    )
            except engine.OpenSearchException as error:
                raise _ours(error) from error
        return reply

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        if self._places.locked() and self._waiting >= self._most_waiting:
            raise Unavailable("too many requests are waiting for the engine")
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._places.release()

    async def search(self, body: Json, index: str | None = None, *, cached: bool = False) -> str:
        """The reply of a search that was answered by every shard. A missing index has nothing in it."""
        params: Json = {
            "allow_partial_search_results": "false",
            "cancel_after_time_interval": f"{self._timeout * 1000:.0f}ms",
        }
        if index is not None:
            params["ignore_unavailable"] = "true"
        if cached:
            params["request_cache"] = "true"
        path = f"/{index}/_search" if index else "/_search"
        return await self.call("POST", path, orjson.dumps(body), params=params)

    async def get(self, index: str, document_id: str) -> Json | None:
        """A document as it is now (`_source`, `_seq_no`, `_primary_term`), or None."""
        reply = await self.call("GET", _document_path(index, document_id), missing_ok=True)
        found = parsed(reply)
        return found if found.get("found") else None

    async def get_text(self, index: str, document_id: str) -> str:
        """The engine's own reply for a document, found or not."""
        return await self.call("GET", _document_path(index, document_id), missing_ok=True)

    async def mget(self, index: str, ids: Sequence[str], *, source: bool = True) -> list[Json | None]:
        """Documents as they are now, in the order asked for; None where there is none."""
        params = None if source else {"_source": "false"}
        reply = await self.call(
            "POST", f"/{index}/_mget", orjson.dumps({"ids": list(ids)}), params=params, missing_ok=True
        )
        found = parsed(reply)
        return [_document(each) for each in found.get("docs", [found] * len(ids))]

    async def bulk(self, lines: bytes, *, refresh: str = "false") -> list[Json]:
        """What became of each operation, in order. Raises only where none was tried."""
        reply = await self.call("POST", "/_bulk", lines, params={"refresh": refresh}, write=True)
        return [next(iter(item.values())) for item in parsed(reply)["items"]]

    async def put(
        self,
        index: str,
        document_id: str,
        document: Json,
        *,
        seen: Json | None = None,
        refresh: str = "false",
    ) -> Json:
        """Creates a document, or replaces the one `seen` (a `get` of it). Raises Conflict if it is not as assumed."""
        params: Json = {"refresh": refresh}
        if seen is None:
            params["op_type"] = "create"
        else:
            params |= {"if_seq_no": seen["_seq_no"], "if_primary_term": seen["_primary_term"]}
        path = _document_path(index, document_id)
        return parsed(await self.call("PUT", path, orjson.dumps(document), params=params, write=True))

    async def delete(self, index: str, document_id: str, *, seen: Json | None = None, refresh: str = "false") -> bool:
        """Deletes a document, as `seen` if given; False where there was none. Raises Conflict."""
        params: Json = {"refresh": refresh}
        if seen is not None:
            params |= {"if_seq_no": seen["_seq_no"], "if_primary_term": seen["_primary_term"]}
        path = _document_path(index, document_id)
        reply = await self.call("DELETE", path, params=params, missing_ok=True, write=True)
        return bool(parsed(reply).get("result") == "deleted")

    async def delete_matching(self, index: str, clause: Json) -> int:
        """Deletes what the clause matches, writes of this moment included; how many there were."""
        await self.refresh(index)
        reply = await self.call(
            "POST",
            f"/{index}/_delete_by_query",
            orjson.dumps({"query": clause}),
            params={"conflicts": "proceed", "ignore_unavailable": "true", "refresh": "true"},
            write=True,
        )
        return int(complete(reply)["deleted"])

    async def refresh(self, index: str) -> None:
        """Makes every write acknowledged so far visible to searches."""
        complete(await self.call("POST", f"/{index}/_refresh", params={"ignore_unavailable": "true"}))

    async def open_pit(self, index: str, keep_alive: str) -> str:
        """A new point in time over every shard of the index. Raises TooMany at the cluster's own limit."""
        params = {"keep_alive": keep_alive, "allow_partial_pit_creation": "false"}
        try:
            reply = await self.call("POST", f"/{index}/_search/point_in_time", params=params, write=True)
        except Unavailable as error:
            if error.reason == _BUSY:
                raise TooMany("the cluster has no room for another point in time", kind="too_many_pits") from error
            raise
        pit: str = complete(reply)["pit_id"]
        return pit

    async def close_pits(self, pits: Sequence[str]) -> None:
        """Frees points in time; those already gone are no failure."""
        body = orjson.dumps({"pit_id": list(pits)})
        await self.call("DELETE", "/_search/point_in_time", body, missing_ok=True, write=True)


def _document_path(index: str, document_id: str) -> str:
    """Dots too are escaped, so that no id can climb out of the index."""
    return f"/{index}/_doc/{quote(document_id, safe='').replace('.', '%2E')}"


def _api(path: str) -> str:
    """Which of the engine's APIs a path is of; ids never become labels."""
    return next((part for part in path.split("/") if part.startswith("_")), "index")


def parsed(reply: str) -> Json:
    """The engine's reply as a JSON object. Raises Unavailable for one that is none."""
    try:
        found = orjson.loads(reply)
    except orjson.JSONDecodeError as error:
        raise Unavailable(NO_REPLY) from error
    if not isinstance(found, dict):
        raise Unavailable(NO_REPLY)
    return found


def complete(reply: str) -> Json:
    """The engine's reply, if every shard did its part, in time. Raises Unavailable, TimedOut."""
    found = parsed(reply)
    if found.get("timed_out"):
        raise TimedOut("the engine did not finish in time")
    if found.get("failures") or found.get("_shards", {}).get("failed"):
        raise Unavailable("a part of the engine failed")
    return found


def _document(found: Json) -> Json | None:
    """A document that was looked for by its id; a missing index has none, any other error is one."""
    if "error" in found and found["error"].get("type") != "index_not_found_exception":
        raise Unavailable("the engine could not read a document")
    return found if found.get("found") else None


def _client(settings: Settings, retries: int) -> AsyncOpenSearch:
    urls = [each.strip() for each in settings.opensearch_url.split(",")]
    secure = urls[0].startswith("https")
    context = ssl.create_default_context(cafile=settings.opensearch_ca) if secure else None
    text = _Text()
    return AsyncOpenSearch(
        urls,
        serializer=text,
        serializers={"application/json": text, "text/plain": text},
        max_retries=retries,
        retry_on_timeout=False,
        timeout=settings.opensearch_timeout,
        pool_maxsize=settings.opensearch_requests,
        http_compress=False,
        ssl_context=context,
    )


def _ours(error: engine.OpenSearchException) -> Exception:
    match error:
        case engine.ConnectionTimeout():
            return TimedOut("the engine did not answer in time")
        case engine.ConnectionError():
            return Unavailable("the engine cannot be reached")
        case engine.TransportError():
            return _answered(error)
        case _:
            return Unavailable(NO_REPLY)


def _answered(error: engine.TransportError) -> Exception:
    status, kinds, reason = error.status_code, _kinds(error.info), _reason(error.info)
    _log.log(
        logging.DEBUG if status in {400, 404, 409} else logging.WARNING, "the engine answered %s: %s", status, kinds
    )
    if status == 409:
        return Conflict("the document is not at that version")
    if kinds & _GONE and status != 400:
        return (
            PitExpired("this point in time is gone; open a new one")
            if "index_not_found" not in str(kinds)
            else (NotFound("no such index"))
        )
    if status == 429:
        return Unavailable(_BUSY)
    if "task_cancelled_exception" in kinds:
        return TimedOut("the engine stopped a search that took too long")
    if "too_many_clauses" in kinds or "too_many_nested_clauses" in kinds:
        return QueryError("the query has too many clauses for the engine")
    if status == 400:
        return QueryError(f"the engine refused this: {reason}", kind="refused")
    if status in {401, 403}:
        return Unavailable("the engine refuses the gateway's own credentials")
    return Unavailable(f"the engine failed with status {status}")


def _kinds(info: Any) -> set[str]:
    error = info.get("error") if isinstance(info, dict) else None
    if not isinstance(error, dict):
        return set()
    causes = [error, error.get("caused_by") or {}, *error.get("root_cause", [])]
    return {cause["type"] for cause in causes if "type" in cause}


def _reason(info: Any) -> str:
    error = info.get("error") if isinstance(info, dict) else None
    if not isinstance(error, dict):
        return "no reason given"
    cause = next(iter(error.get("root_cause", [])), error)
    reason = (error.get("caused_by") or {}).get("reason") or cause.get("reason") or "no reason given"
    return str(reason).split("\n", maxsplit=1)[0][:300]
