"""Single requests: a body sent as JSON, an answer read from it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from gateway.client.connection import Target, answered, session

_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Caller:
    """A session with a gateway."""

    client: aiohttp.ClientSession
    target: Target

    async def ask(
        self, request: str, body: Any = None, *, headers: Mapping[str, str] | None = None, passing: int | None = None
    ) -> Any:
        """What `METHOD /path` is answered, None where that is nothing. Raises RemoteError, but not for `passing`."""
        method, path = request.split(" ", 1)
        data = None if body is None else orjson.dumps(body)
        sent: dict[str, Any] = {"data": data, "headers": {**_JSON, **(headers or {})}}
        async with answered(self.client, method, self.target.to(path), passing=passing, **sent) as response:
            content = await response.read()
        return orjson.loads(content) if content else None


@asynccontextmanager
async def calling(target: Target) -> AsyncIterator[Caller]:
    """A session for as long as the block lasts."""
    async with session(target) as client:
        yield Caller(client, target)
