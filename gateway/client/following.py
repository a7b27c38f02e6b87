"""The change feed followed across whatever breaks, and the run of a selection."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

import aiohttp

from gateway.client import results
from gateway.client.attempts import Asking
from gateway.client.bodies import decoded, encoded, require_type
from gateway.client.connection import Lost, RemoteError
from gateway.client.results import Change, Outcome, Selection

# A stream gives a sign of life far more often.
_QUIET = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)
_EVENTS, _NDJSON = "text/event-stream", "application/x-ndjson"
_PASSING = frozenset({"unavailable", "stopping", "timed_out", "too_many_requests"})


async def changes(asking: Asking, after: str | None, filters: Mapping[str, Any]) -> AsyncGenerator[Change, None]:
    """Every change behind the cursor, or from now on, without end. Raises RemoteError: 410 where none leads on.

    Once a stream has begun, whatever breaks is only ever tried again.
    """
    params = {name: each if isinstance(each, str) else encoded(each).decode() for name, each in filters.items()}
    last, failures, rest = after, 0, asking.retries.rest
    while True:
        headers = {"Accept": _EVENTS} | ({"Last-Event-ID": last} if last else {})
        stream = asking.stream("GET", "/incidents/changes", params=params, headers=headers, timeout=_QUIET)
        try:
            async with stream as response:
                require_type(response, _EVENTS)
                async for block in _blocks(response):
                    last, failures, rest = block.get("id", last), 0, asking.retries.rest_on
                    if "data" in block:
                        yield results.change(decoded(block["data"].encode(), response), block["id"])
        except Lost as error:
            failures += 1
            await rest(failures, error)
        else:
            # The gateway stops, or memory did not hold what was next for so slow a reader.
            await asyncio.sleep(asking.retries.pause)


async def _blocks(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, str]]:
    block: dict[str, str] = {}
    async for line in _lines(response):
        name, _, value = line.decode().partition(":")
        if line:
            block[name] = value.removeprefix(" ")
        else:
            yield block
            block = {}


async def _lines(response: aiohttp.ClientResponse) -> AsyncGenerator[bytes, None]:
    """Whole lines, however long."""
    rest = b""
    async for chunk in response.content.iter_any():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line


async def run(asking: Asking, path: str, selection: Selection) -> AsyncGenerator[Outcome, None]:
    """What became of each incident of the selection, in its order. Raises RemoteError where not all could be tried.

    What breaks off is begun again by the same token, which does nothing twice.
    """
    body = {"token": selection.token} | ({"change": selection.change} if selection.change is not None else {})
    told = failures = 0
    while True:
        before = told
        try:
            async for row in _rows(asking, path, body, skipping=told):
                told += 1
                yield results.outcome(row)
            return
        except Lost as error:
            failures = 1 if told > before else failures + 1
            await asking.retries.rest(failures, error)


async def _rows(asking: Asking, path: str, body: Any, *, skipping: int) -> AsyncGenerator[Any, None]:
    """The rows of one attempt behind those that an earlier one has told. Raises Lost, RemoteError."""
    at = 0
    async with asking.stream("POST", path, body, headers={"Accept": _NDJSON}) as response:
        require_type(response, _NDJSON)
        async for line in _lines(response):
            row = decoded(line, response)
            if "_status" in row:
                _require_whole(row["_status"])
                return
            at += 1
            if at > skipping:
                yield row
    raise Lost("the run broke off")


def _require_whole(status: Any) -> None:
    error = status["error"]
    if error is not None:
        kind = Lost if error["type"] in _PASSING else RemoteError
        raise kind(f"the gateway stopped: {error['reason']}", kind=error["type"], where=error["where"])
