"""Requests that are tried again: what passed, broke off, or was refused for a while; a write under the same key."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from gateway.client.bodies import decoded, encoded
from gateway.client.connection import Lost, Target, answered

_LONGEST = 60.0
_MOST_DOUBLINGS = 20
_SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Retries:
    """How often something is tried, and how many seconds after the first time; each further pause is twice as long.

    It is never tried sooner than the gateway asks for. Who would have to wait for longer than `patience`, in seconds,
    is told at once.
    """

    tries: int = 6
    pause: float = 0.25
    patience: float = 600.0

    async def rest(self, failures: int, error: Lost) -> None:
        """Waits before the next try. Raises the error behind the last."""
        least = error.retry_after or 0
        if failures >= self.tries or least > self.patience:
            raise error
        doubled = self.pause * 2 ** min(failures - 1, _MOST_DOUBLINGS) * random.uniform(0.5, 1)
        await asyncio.sleep(max(min(_LONGEST, doubled), least))

    async def rest_on(self, failures: int, error: Lost) -> None:
        """The same without a last try."""
        await self.rest(min(failures, self.tries - 1), error)


@dataclass(frozen=True, slots=True)
class Asking:
    """A session with a gateway, and how patient it is."""

    session: aiohttp.ClientSession
    target: Target
    retries: Retries

    async def ask(
        self, method: str, path: str, body: Any = None, *, params: Mapping[str, str] | None = None, keyed: bool = True
    ) -> Any:
        """The answer's JSON. A body that is not bytes is sent as JSON. Raises RemoteError."""
        headers = _key(method) if keyed else {}
        failures = 0
        while True:
            try:
                async with self.stream(method, path, body, params=params, headers=headers) as response:
                    return decoded(await response.read(), response)
            except Lost as error:
                failures += 1
                await self.retries.rest(failures, error)

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """One attempt's answer, to be read within the block. Raises RemoteError."""
        lines = isinstance(body, bytes)
        kind = {"Content-Type": "application/x-ndjson" if lines else "application/json"} if body is not None else {}
        data = body if lines or body is None else encoded(body)
        sent: dict[str, Any] = {"data": data, "params": params, "headers": {**kind, **(headers or {})}, **more}
        async with answered(self.session, method, self.target.at(path), **sent) as response:
            yield response


def _key(method: str) -> dict[str, str]:
    """One key for all tries of a write, by which a gateway does it once."""
    return {} if method in _SAFE else {"Idempotency-Key": str(uuid.uuid4())}
