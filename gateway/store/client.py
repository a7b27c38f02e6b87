"""One exchange with the engine: a place among others, a deadline, which host, what is tried again.

opensearch-py knows the engine's API and its errors; its connection class here is our way to the hosts, which takes
less of the processor than its own over aiohttp, and knows what was surely not done.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from opensearchpy import AsyncConnection, AsyncOpenSearch
from opensearchpy import exceptions as engine

from gateway import logs, work
from gateway.problems import TooMany
from gateway.settings import Settings, SettingsError
from gateway.store.addresses import HostOptions, OptionError, addresses
from gateway.store.errors import Overloaded, ours
from gateway.store.exchange import Broken, EngineRequest, ExchangeError, Signer
from gateway.store.hosts import Hosts
from gateway.store.loads import Loads
from gateway.store.replies import complete
from gateway.telemetry import ENGINE_SECONDS

_JSON = "application/json"
_SETTINGS = {
    "urls": "OPENSEARCH_URL",
    "ca": "OPENSEARCH_CA",
    "certificate": "OPENSEARCH_CERTIFICATE",
    "key": "OPENSEARCH_KEY",
    "user": "OPENSEARCH_USER",
    "password": "OPENSEARCH_PASSWORD",
    "signer": "OPENSEARCH_AWS_REGION",
}
"""Settings by the option that they become."""


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
        try:
            text = reply.body.decode()
        except UnicodeDecodeError as error:
            raise Broken("the engine", f"the reply is no text: {error.reason}") from error
        if reply.status >= 300 and reply.status not in ignore:
            self._raise_error(reply.status, text, _JSON)
        return reply.status, {"content-type": _JSON}, text

    async def close(self) -> None:
        """Nothing: the hosts are closed by who made them."""


class Client:
    """The way to the engine: reads are tried twice, writes once, so that no write ever happens twice unseen."""

    def __init__(self, settings: Settings) -> None:
        """Connects to nothing yet. Raises SettingsError."""
        self.timeout = settings.opensearch_timeout
        """Seconds that one call may take."""
        self.loads = Loads(settings.opensearch_bytes)
        with _named_settings():
            self._hosts = Hosts(_options(settings))
        self._reads = _client(self._hosts, write=False)
        self._writes = _client(self._hosts, write=True)

    async def close(self) -> None:
        """Closes every connection."""
        await self._hosts.close()

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
        timeout = self.time_left()
        try:
            with ENGINE_SECONDS.labels(method, _api(path)).time():
                reply: str = await transport.perform_request(
                    method, path, params, body, timeout, (404,) if missing_ok else (), _named()
                )
        except (engine.OpenSearchException, ExchangeError) as error:
            raise ours(error, write=write) from error
        return reply

    def time_left(self) -> float:
        """Seconds that a call may take now. Raises TimedOut for work that has none left."""
        under_way = work.current()
        return min(self.timeout, under_way.left()) if under_way else self.timeout

    @asynccontextmanager
    async def moving(self, size: int) -> AsyncIterator[None]:
        """Has room for documents of so many bytes within the block. Raises Unavailable, TimedOut."""
        under_way = work.current()
        if under_way:
            # Who holds room must not wait for a place that somebody holds who waits for room.
            await under_way.enter()
        async with self.loads.moving(size, self.time_left()):
            yield

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


def check(settings: Settings) -> None:
    """Raises SettingsError for settings of the way to the engine that cannot be."""
    with _named_settings():
        addresses(_options(settings))


@contextmanager
def _named_settings() -> Iterator[None]:
    try:
        yield
    except OptionError as error:
        raise SettingsError(f"setting {_SETTINGS[error.option]}: {error}") from error


def document_path(index: str, document_id: str) -> str:
    """The engine's path of a document; dots too are escaped, so that no id can climb out of the index."""
    return f"/{index}/_doc/{quote(document_id, safe='').replace('.', '%2E')}"


def _named() -> dict[str, str] | None:
    """The request's id, as the engine's slow logs and list of tasks show it."""
    request_id = logs.request_id.get()
    return None if request_id is None else {"x-opaque-id": request_id}


def _api(path: str) -> str:
    """Which of the engine's APIs a path is of; ids never become labels."""
    return next((part for part in path.split("/") if part.startswith("_")), "index")


def _options(settings: Settings) -> HostOptions:
    return HostOptions(
        settings.opensearch_url.split(","),
        ca=settings.opensearch_ca,
        certificate=settings.opensearch_certificate,
        key=settings.opensearch_key,
        user=settings.opensearch_user,
        password=settings.opensearch_password,
        signer=_signer(settings.opensearch_aws_region),
        connections=settings.opensearch_requests,
    )


def _signer(region: str | None) -> Signer | None:
    if region is None:
        return None
    try:
        from gateway.store.signing import aws_signer  # noqa: PLC0415

        return aws_signer(region)
    except ImportError:
        raise OptionError("signer", "needs the extra `aws`") from None
    except ValueError as error:
        raise OptionError("signer", str(error)) from error


def _client(hosts: Hosts, *, write: bool) -> AsyncOpenSearch:
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
