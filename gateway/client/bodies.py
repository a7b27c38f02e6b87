"""What is sent as JSON, and what comes as JSON."""

import math
from typing import Any

import aiohttp
import orjson

from gateway.client.connection import RemoteError


def encoded(value: Any) -> bytes:
    """The value as JSON. Raises ValueError for a number that JSON has not."""
    text = orjson.dumps(value)
    # Of NaN and infinities `null` is written, by which a field would be taken away.
    if b"null" in text:
        _require_finite(value)
    return text


def decoded(text: bytes, response: aiohttp.ClientResponse) -> Any:
    """The JSON of an answer. Raises RemoteError where it is none, as of a page that something between has put there."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _strange(response) from None


def require_type(response: aiohttp.ClientResponse, wanted: str) -> None:
    """Raises RemoteError for an answer of another media type."""
    if response.content_type != wanted:
        raise _strange(response)


def _strange(response: aiohttp.ClientResponse) -> RemoteError:
    return RemoteError(f"{response.url} answered {response.status}, and not as a gateway does", status=response.status)


def _require_finite(value: Any) -> None:
    match value:
        case float() if not math.isfinite(value):
            raise ValueError(f"{value} is no number that JSON has")
        case dict():
            for member in value.values():
                _require_finite(member)
        case list() | tuple():
            for member in value:
                _require_finite(member)
