"""The keys that an issuer signs tokens with (JWKS, RFC 7517), from a file or a URL, and read again in time."""

import asyncio
import logging
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import orjson

from gateway.problems import Unavailable

_SECONDS = 5
"""That an issuer has to tell its keys."""
_MOST_BYTES = 2**20
_SOON = 1
"""Seconds between tries while there is no set at all."""
_log = logging.getLogger("gateway.access")

Read = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class KeySet:
    """Keys by their id and the algorithm that each verifies; a set of one key is one for tokens that name none too."""

    keys: dict[tuple[str | None, str], jwt.PyJWK]

    def has(self, kid: str | None) -> bool:
        """Whether a key has that id."""
        return any(held == kid for held, _ in self.keys)


def key_set(text: bytes, algorithms: Sequence[str]) -> KeySet:
    """The keys that verify one of the algorithms. Raises ValueError where there are none."""
    try:
        listed = [item for item in orjson.loads(text)["keys"] if isinstance(item.get("kid"), str | None)]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ValueError("no set of keys, as RFC 7517 has it") from None
    items = [item for item in listed if item.get("use", "sig") == "sig"]
    keys = {(item.get("kid"), key.algorithm_name): key for item in items for key in _usable(item, algorithms)}
    if not keys:
        raise ValueError(f"no key in the set verifies {' or '.join(algorithms)}")
    if len(items) == 1:
        keys |= {(None, algorithm): key for (_, algorithm), key in keys.items()}
    return KeySet(keys)


def _usable(item: dict[str, Any], algorithms: Sequence[str]) -> Iterator[jwt.PyJWK]:
    """The key for each algorithm that it verifies: the one that it names, or those that its type has."""
    for algorithm in algorithms:
        try:
            if item.get("alg", algorithm) == algorithm:
                yield jwt.PyJWK(item, algorithm)
        except jwt.PyJWTError:
            continue


def is_remote(source: str) -> bool:
    """Whether the source is a URL, and no file."""
    return source.startswith(("https://", "http://"))


def reading(source: str, ca: Path | None) -> Read:
    """How the text of a set is read from a file or a URL, which raises OSError, ValueError, ClientError.

    Raises OSError for what is no certificate authority.
    """
    if not is_remote(source):
        return lambda: asyncio.to_thread(Path(source).read_bytes)
    context = ssl.create_default_context(cafile=ca)

    async def fetch() -> bytes:
        text, whole = b"", aiohttp.ClientTimeout(total=_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=whole, raise_for_status=True) as session,
            session.get(source, ssl=context, allow_redirects=False) as reply,
        ):
            async for piece in reply.content.iter_any():
                text += piece
                if len(text) > _MOST_BYTES:
                    raise ValueError("it is longer than a set of keys")
        return text

    return fetch


class KeySets:
    """The newest set: read anew every so often, and for a key that is not in it, at most once in `pause` seconds.

    One that cannot be read leaves the one before in force.
    """

    def __init__(self, read: Read, algorithms: Sequence[str], *, every: float, pause: float) -> None:
        self._read_text, self._algorithms = read, algorithms
        self._every, self._pause = every, pause
        self._held: KeySet | None = None
        self._text = b""
        self._due = self._next_try = 0.0
        self._reading: asyncio.Task[None] | None = None

    async def newest(self) -> KeySet:
        """The set; it waits only for the first. Raises Unavailable while there is none."""
        if time.monotonic() >= self._due:
            self._begin()
        if self._held is None:
            await self._awaited()
        if self._held is None:
            raise Unavailable("the keys that tokens are signed with cannot be read")
        return self._held

    async def knowing(self, kid: str | None) -> KeySet:
        """The set, read anew where it lacks the key, unless that was tried just now. Raises Unavailable."""
        held = await self.newest()
        if held.has(kid):
            return held
        self._begin()
        await self._awaited()
        return self._held or held

    async def close(self) -> None:
        """Ends a reading that is under way."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    def _begin(self) -> None:
        now = time.monotonic()
        if self._reading is None and now >= self._next_try:
            self._next_try = now + self._pause
            # It is of no request: what one of them ends by is not its end.
            self._reading = asyncio.create_task(self._read(), context=Context())

    async def _awaited(self) -> None:
        if self._reading is not None:
            await asyncio.shield(self._reading)

    async def _read(self) -> None:
        try:
            text = await self._read_text()
            if text != self._text:
                self._held, self._text = key_set(text, self._algorithms), text
            self._due = time.monotonic() + self._every
        except (OSError, ValueError, aiohttp.ClientError) as error:
            _log.warning("the keys that tokens are signed with cannot be read: %s", error or type(error).__name__)
            if self._held is None:
                self._next_try = time.monotonic() + min(self._pause, _SOON)
        finally:
            self._reading = None
