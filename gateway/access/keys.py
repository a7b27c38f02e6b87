"""API keys: made once, shown once, kept only as a digest; each belongs to one tenant and carries scopes."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from gateway.access.holders import Holder
from gateway.caller_settings import SCOPES
from gateway.problems import GatewayError, Unauthenticated
from gateway.store.bulk import Write
from gateway.store.registry import Entry, Registry
from queries.errors import QueryError
from queries.periods import iso

ACT_AS = "act_as"
"""To name, in `User-ID`, who acts; `admin` does not include it."""
PREFIX = "igk"
_USE_NOTED_EVERY = timedelta(minutes=10)
_INVALID = "the key is missing, unknown, expired or revoked"


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is listed: everything but its secret."""

    key_id: str
    name: str
    tenant: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None = None
    """When it was used last, to ten minutes."""


async def make(
    registry: Registry, *, name: str, tenant: str, scopes: Sequence[str], now: datetime, expires_at: datetime | None
) -> tuple[Key, str]:
    """A new key and the token that stands for it, which nobody can read again."""
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    key = Key(key_id, name, tenant, tuple(dict.fromkeys(scopes)), now, expires_at)
    await registry.put(Write(_entry_id(key_id), _entry(key, secret)), refresh="wait_for")
    return key, _token(key_id, secret)


async def rotate(registry: Registry, key_id: str, now: datetime, overlap: timedelta) -> tuple[Key, str] | None:
    """The key and a new token, beside which the one before holds for the overlap; None if there is no such key."""
    secret = secrets.token_urlsafe(32)

    def renewed(entry: Entry | None) -> Entry | None:
        if entry is None:
            return None
        before = {"digest": entry["digest"], "expires_at": iso(now + overlap)}
        return entry | {"digest": _digest(secret), "before": before}

    entry = await registry.revise(_entry_id(key_id), renewed)
    return None if entry is None else (_key(entry), _token(key_id, secret))


def scope(said: str, words: Mapping[str, str] = MappingProxyType({})) -> str:
    """The scope that a word stands for: one of ours, or, whatever its case, one of those `words`. Raises QueryError."""
    result = words.get(said.lower(), said.lower())
    if result not in SCOPES:
        raise QueryError(f'no scope "{said[:80]}"; there are {", ".join(SCOPES)}', "scope")
    return result


async def listed(registry: Registry, tenant: str | None = None) -> list[Key]:
    """Every key, of one tenant or of all, oldest first."""
    return [_key(entry) for entry in await registry.of_kind("key", tenant)]


async def revoke(registry: Registry, key_id: str) -> Key | None:
    """Ends a key; the key that there was, or None."""
    entry = await registry.read(_entry_id(key_id))
    ended = await registry.delete(_entry_id(key_id), refresh="wait_for")
    return _key(entry) if entry and ended else None


class Keyring:
    """Keys that were checked a moment ago; a revoked one is trusted for at most the setting's seconds."""

    def __init__(self, registry: Registry, trusted_for: float) -> None:
        self._registry = registry
        self._trusted_for = trusted_for
        self._checked: dict[str, tuple[float, datetime | None, Holder]] = {}

    async def holder(self, token: str, now: datetime) -> Holder:
        """Whose the key is that a token stands for. Raises Unauthenticated."""
        digest = _digest(token)
        checked, ends, holder = self._checked.get(digest, (0.0, None, None))
        if holder is None or time.monotonic() - checked >= self._trusted_for:
            self._checked.pop(digest, None)
            key = await self._read(token, now)
            ends, holder = key.expires_at, _holder(key)
            self._checked[digest] = (time.monotonic(), ends, holder)
        if ends is not None and ends <= now:
            raise Unauthenticated(_INVALID)
        return holder

    async def _read(self, token: str, now: datetime) -> Key:
        prefix, _, rest = token.partition("_")
        key_id, _, secret = rest.partition("_")
        if prefix != PREFIX or not key_id.isalnum() or not key_id.isascii() or len(key_id) != 16:
            raise Unauthenticated(_INVALID)
        entry = await self._registry.read(_entry_id(key_id))
        if entry is None:
            raise Unauthenticated(_INVALID)
        key = _with_secret(entry, _digest(secret))
        if key.expires_at is None or key.expires_at > now:
            await self._note_use(key, now)
        return key

    async def _note_use(self, key: Key, now: datetime) -> None:
        """Writes down that the key was used, if that was not for a while; that it cannot be is no reason to refuse."""
        if key.used_at is None or now - key.used_at >= _USE_NOTED_EVERY:
            with suppress(GatewayError):
                await self._registry.revise(
                    _entry_id(key.key_id), lambda entry: entry and entry | {"used_at": iso(now)}
                )


def _holder(key: Key) -> Holder:
    return Holder(key.tenant, key.name, frozenset(key.scopes), "keys", key.key_id)


def _with_secret(entry: Entry, digest: str) -> Key:
    """The key, as long as that secret of it holds. Raises Unauthenticated where it is none."""
    key, before = _key(entry), entry.get("before")
    if hmac.compare_digest(entry["digest"], digest):
        return key
    if before is None or not hmac.compare_digest(before["digest"], digest):
        raise Unauthenticated(_INVALID)
    ends = datetime.fromisoformat(before["expires_at"])
    return replace(key, expires_at=ends if key.expires_at is None else min(ends, key.expires_at))


def _token(key_id: str, secret: str) -> str:
    return f"{PREFIX}_{key_id}_{secret}"


def _entry_id(key_id: str) -> str:
    return f"key:{key_id}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def _entry(key: Key, secret: str) -> Entry:
    expires = {"expires_at": iso(key.expires_at)} if key.expires_at else {}
    return {
        "kind": "key",
        "tenant": key.tenant,
        "name": key.name,
        "key_id": key.key_id,
        "scopes": list(key.scopes),
        "created_at": iso(key.created_at),
        "digest": _digest(secret),
        **expires,
    }


def _key(entry: Entry) -> Key:
    return Key(
        entry["key_id"],
        entry["name"],
        entry["tenant"],
        tuple(entry["scopes"]),
        datetime.fromisoformat(entry["created_at"]),
        _moment(entry, "expires_at"),
        _moment(entry, "used_at"),
    )


def _moment(entry: Entry, name: str) -> datetime | None:
    return datetime.fromisoformat(entry[name]) if name in entry else None
