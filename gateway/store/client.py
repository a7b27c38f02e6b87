"""The calls that we make of the engine."""

import asyncio
import io
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import orjson
from opensearchpy import AsyncOpenSearch
from opensearchpy import exceptions as engine

from gateway.problems import NotFound, TooMany, Unavailable
from gateway.settings import Settings
from gateway.store.errors import BUSY, ours
from gateway.store.replies import Json, complete, document, in_no_index, parsed
from gateway.telemetry import ENGINE_SECONDS

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
        self.mend: Callable[[str], Awaitable[None]] = _left_alone
        """Called with each index that a write found missing, before the write is told."""

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
                raise ours(error) from error
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
        return [document(each) for each in found.get("docs", [found] * len(ids))]

    async def bulk(self, lines: bytes, *, refresh: str = "false") -> list[Json]:
        """What became of each operation, in order. Raises only where none was tried."""
        reply = await self.call("POST", "/_bulk", lines, params={"refresh": refresh}, write=True)
        items = [next(iter(item.values())) for item in parsed(reply)["items"]]
        for index in {each["_index"] for each in items if in_no_index(each)}:
            await self.mend(index)
        return items

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
        try:
            return parsed(await self.call("PUT", path, orjson.dumps(document), params=params, write=True))
        except NotFound:
            await self.mend(index)
            raise Unavailable("the index was missing; try again") from None

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

    async def started(self, index: str) -> None:
        """Waits until the index, which another process may be making just now, can be read."""
        # A new index is yellow before its shard can be read.
        await self.call("GET", f"/_cluster/health/{index}", params={"wait_for_active_shards": "1"})

    async def open_pit(self, index: str, keep_alive: str) -> str:
        """A new point in time over every shard of the index. Raises TooMany at the cluster's own limit."""
        params = {"keep_alive": keep_alive, "allow_partial_pit_creation": "false"}
        try:
            reply = await self.call("POST", f"/{index}/_search/point_in_time", params=params, write=True)
        except Unavailable as error:
            if error.reason == BUSY:
                raise TooMany("the cluster has no room for another point in time", kind="too_many_pits") from error
            raise
        pit: str = complete(reply)["pit_id"]
        return pit

    async def close_pits(self, pits: Sequence[str]) -> None:
        """Frees points in time; those already gone are no failure."""
        body = orjson.dumps({"pit_id": list(pits)})
        await self.call("DELETE", "/_search/point_in_time", body, missing_ok=True, write=True)


async def _left_alone(_index: str) -> None:
    """Does nothing."""


def _document_path(index: str, document_id: str) -> str:
    """Dots too are escaped, so that no id can climb out of the index."""
    return f"/{index}/_doc/{quote(document_id, safe='').replace('.', '%2E')}"


def _api(path: str) -> str:
    """Which of the engine's APIs a path is of; ids never become labels."""
    return next((part for part in path.split("/") if part.startswith("_")), "index")


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
