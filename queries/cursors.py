"""Cursors: where a walk goes on, as opaque text that nobody else can make and that fits no other search."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from queries.errors import QueryError

_MAC = 16
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Cursor:
    """The sort values of the last row seen, and the moment (epoch ms) that `now` means for the whole walk."""

    after: list[Any]
    now: int


def fingerprint(*words: Any) -> bytes:
    """A digest of what makes a search itself; a cursor holds for this search only."""
    return hashlib.sha256(_encode(words).encode()).digest()


def token(cursor: Cursor, search: bytes, secrets: Sequence[bytes]) -> str:
    """The cursor as text that only this search, and only this gateway, takes back; the first secret signs it."""
    payload = _encode([cursor.now, *cursor.after]).encode()
    return base64.urlsafe_b64encode(_mac(payload, search, secrets[0]) + payload).decode().rstrip("=")


def read(text: str, search: bytes, secrets: Sequence[bytes], where: str = "after") -> Cursor:
    """The cursor in a token, signed with any of the secrets.

    Raises QueryError for one that was changed, or made for another search.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    mac, payload = raw[:_MAC], raw[_MAC:]
    if not any(hmac.compare_digest(mac, _mac(payload, search, secret)) for secret in secrets):
        raise QueryError("this cursor was changed, or belongs to another search", where, "bad_cursor")
    now, *after = json.loads(payload)
    return Cursor(after, now)


def _mac(payload: bytes, search: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, search + payload, "sha256")[:_MAC]
