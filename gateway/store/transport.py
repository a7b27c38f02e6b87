"""opensearch-py over our way to the hosts.

It knows the engine's API and its errors; its connection class here takes less of the processor than its own over
aiohttp, and knows what was surely not done.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

from opensearchpy import AsyncConnection, AsyncOpenSearch

from gateway.store.exchange import EngineRequest
from gateway.store.hosts import Hosts

_JSON = "application/json"


class _Text:
    """A serializer that leaves bodies as they are: requests are ready bytes, replies are text to cut from."""

    mimetype = _JSON

    def dumps(self, data: bytes) -> bytes:
        return data

    def loads(self, text: str) -> str:
        return text


class _Connection(AsyncConnection):
    """opensearch-py's way to all hosts together; `write` where doing a request twice is not as good as once."""

    def __init__(self, *, hosts_of_engine: Hosts, write: bool, **_options: Any) -> None:
        super().__init__()
        self._hosts, self._write = hosts_of_engine, write

    async def perform_request(  # noqa: PLR0917 (the base class has it so)
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        timeout: float | None = None,
        ignore: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and text. Raises ExchangeError where there is none, TransportError for one that failed."""
        path = f"{url}?{urlencode(params)}" if params else url
        request = EngineRequest(method, path.encode(), body, self._write, tuple((headers or {}).items()))
        reply = await self._hosts.exchange(request, asyncio.get_running_loop().time() + (timeout or 0))
        text = reply.text()
        if reply.status >= 300 and reply.status not in ignore:
            self._raise_error(reply.status, text, _JSON)
        return reply.status, {"content-type": _JSON}, text

    async def close(self) -> None:
        """Nothing: the hosts are closed by who made them."""


def over(hosts: Hosts, *, write: bool) -> AsyncOpenSearch:
    """A client of all hosts together, whose bodies are bytes and whose replies are text; it tries nothing again."""
    text = _Text()
    return AsyncOpenSearch(
        [{"host": "engine"}],
        connection_class=_Connection,
        serializer=text,
        serializers={_JSON: text},
        max_retries=0,
        hosts_of_engine=hosts,
        write=write,
    )
