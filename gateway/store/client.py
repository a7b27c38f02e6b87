"""One exchange with the engine: a place in the queue, a deadline, which host, what is tried again."""

import asyncio
import io
import ssl
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson
from opensearchpy import AsyncOpenSearch
from opensearchpy import exceptions as engine

from gateway import work
from gateway.problems import TooMany
from gateway.settings import Settings
from gateway.store.errors import Overloaded, ours
from gateway.store.replies import complete
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


class Client:
    """The way to the engine: reads are tried twice, writes once, so that no write ever happens twice unseen."""

    def __init__(self, settings: Settings) -> None:
        self.timeout = settings.opensearch_timeout
        """Seconds that one call may take."""
        # Whoever was let in at the door waits here for as long as its time lasts, and is never sent away.
        self._connections = asyncio.Semaphore(settings.opensearch_requests)
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
        under_way = work.current()
        if under_way:
            await under_way.enter()
        async with self._connections:
            timeout = min(self.timeout, under_way.left()) if under_way else self.timeout
            try:
                with ENGINE_SECONDS.labels(method, _api(path)).time():
                    reply: str = await transport.perform_request(
                        method,
                        path,
                        params=params,
                        body=body,
                        timeout=timeout,
                        ignore=(404,) if missing_ok else (),
                    )
            except engine.OpenSearchException as error:
                raise ours(error, write=write) from error
        return reply

    async def started(self, index: str) -> None:
        """Waits until the index, which another process may be making just now, can be read."""
        # A new index is yellow before its shard can be read.
        await self.call("GET", f"/_cluster/health/{index}", params={"wait_for_active_shards": "1"})

    async def open_pit(self, index: str, keep_alive: str) -> str:
        """A new point in time over every shard of the index. Raises TooMany at the cluster's own limit."""
        params = {"keep_alive": keep_alive, "allow_partial_pit_creation": "false"}
        try:
            reply = await self.call("POST", f"/{index}/_search/point_in_time", params=params, write=True)
        except Overloaded as error:
            raise TooMany("the cluster has no room for another point in time", kind="too_many_pits") from error
        pit: str = complete(reply)["pit_id"]
        return pit

    async def close_pits(self, pits: Sequence[str]) -> None:
        """Frees points in time; those already gone are no failure."""
        body = orjson.dumps({"pit_id": list(pits)})
        await self.call("DELETE", "/_search/point_in_time", body, missing_ok=True, write=True)


def document_path(index: str, document_id: str) -> str:
    """The engine's path of a document; dots too are escaped, so that no id can climb out of the index."""
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
