"""A running gateway as a client sees it: where it is, as whom it is asked, and why it did not do what it was asked."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import orjson

SILENCE = 600.0
"""Seconds that nothing may come of an answer: a bulk body is answered once it is applied to its end."""

_PASSING = frozenset({429, 503, 504})


class RemoteError(Exception):
    """Why a gateway did not do what it was asked; the message is one sentence.

    `status`, `kind` and `where` are those of its answer, where there was one; `retry_after` is in seconds.
    """

    def __init__(
        self,
        sentence: str,
        *,
        status: int | None = None,
        kind: str | None = None,
        where: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status, self.kind, self.where, self.retry_after = status, kind, where, retry_after


class Lost(RemoteError):
    """No answer, or a broken one; the same request may be answered later."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a gateway is, and as whom it is asked."""

    url: str
    key: str | None = None
    tenant: str | None = None

    def to(self, path: str) -> str:
        """The address of a path."""
        return f"{self.url.rstrip('/')}{path}"

    def at(self, path: str) -> str:
        """The address of a path of the native dialect."""
        return self.to(f"/_im{path}")

    def headers(self) -> dict[str, str]:
        """What says who asks."""
        said = {"Authorization": f"Bearer {self.key}" if self.key else None, "X-Scope-OrgID": self.tenant}
        return {name: value for name, value in said.items() if value}


def session(target: Target, silence: float = SILENCE) -> aiohttp.ClientSession:
    """A session in which everything is asked as the target says; to be opened with `async with`."""
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=silence)
    return aiohttp.ClientSession(headers=target.headers(), timeout=timeout)


@asynccontextmanager
async def answered(
    client: aiohttp.ClientSession, method: str, address: str, *, passing: int | None = None, **sent: Any
) -> AsyncIterator[aiohttp.ClientResponse]:
    """An answer that is good, or of the passing status, to be read within the block.

    Raises Lost when there is none; RemoteError when it is a refusal.
    """
    try:
        async with client.request(method, address, **sent) as response:
            if response.status >= 400 and response.status != passing:
                raise await _refusal(response)
            yield response
    except (TimeoutError, aiohttp.ClientError) as error:
        raise _failure(address, error) from error


def _failure(address: str, error: Exception) -> RemoteError:
    match error:
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return RemoteError(f"{address} is no address of a gateway")
        case aiohttp.ClientConnectorError(os_error=ConnectionRefusedError()):
            return Lost(f"nobody listens on port {error.port} of {error.host}")
        case aiohttp.ClientConnectorError():
            return Lost(f"cannot connect to {error.host}, port {error.port}: {error.os_error.strerror}")
        case TimeoutError():
            return Lost(f"{address} did not answer in time")
        case _:
            return Lost(f"the connection to {address} broke off: {error or type(error).__name__}")


async def _refusal(response: aiohttp.ClientResponse) -> RemoteError:
    """Why the gateway refused, in its own words."""
    pause = _pause(response.headers)
    # With this header a conflict is with the same request, which is still under way.
    passing = response.status in _PASSING or (response.status == 409 and pause is not None)
    kind = Lost if passing else RemoteError
    try:
        error = orjson.loads(await response.read())
    except orjson.JSONDecodeError:
        error = None
    reason, word, where = _reason(error)
    sentence = f"the gateway answered {response.status}: {reason}"
    if reason is None:
        sentence = f"{response.url} answered {response.status}, and not as a gateway does"
    return kind(sentence, status=response.status, kind=word, where=where, retry_after=pause)


def _pause(headers: Mapping[str, str]) -> float | None:
    """The seconds that `Retry-After` asks for, or those to its date by the clock that the answer is dated by."""
    after = headers.get("retry-after", "").strip()
    if after.isascii() and after.isdecimal():
        return float(after)
    due, now = _date(after), _date(headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (due - now).total_seconds()) if due else None


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _reason(error: Any) -> tuple[str | None, str | None, str | None]:
    """The reason in an error of any dialect, behind its place if the dialect tells one apart; its kind; the place."""
    match error:
        case {"error": {"reason": str(reason), "where": where}} | {"message": str(reason), "path": where}:
            inner = error.get("error")
            kind = inner.get("type") if isinstance(inner, dict) else None
            return f"{where}: {reason}" if where else reason, kind, where
        case {"error": {"detail": str(reason)}} | {"description": str(reason)}:
            return reason, None, None
        case {"errors": [str(reason), *_]}:
            return reason, None, None
    return None, None, None
