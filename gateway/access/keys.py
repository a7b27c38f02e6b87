"""API keys: made once, shown once, kept only as a digest; each belongs to one tenant and carries scopes."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from gateway.problems import Unauthenticated
from gateway.store.bulk import Write
from gateway.store.registry import Entry, Registry
from queries.errors import QueryError
from queries.periods import iso

SCOPES = ("read", "write", "delete", "admin")
_PREFIX = "igk"
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


async def make(
    registry: Registry, *, name: str, tenant: str, scopes: Sequence[str], now: datetime, expires_at: datetime | None
) -> tuple[Key, str]:
    """A new key and the token that stands for it, which nobody can read again."""
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    key = Key(key_id, name, tenant, tuple(dict.fromkeys(scopes)), now, expires_at)
    await registry.put(Write(_entry_id(key_id), _entry(key, secret)), refresh="wait_for")
    return key, f"{_PREFIX}_{key_id}_{secret}"


def scope(said: str, words: Mapping[str, str] = MappingProxyType({})) -> str:
    """The scope that a word stands for: one of ours, or, whatever its case, one of those `words`. Raises QueryError."""
    result = words.get(said.lower(), said.lower())
    if result not in SCOPES:
        raise QueryError(f'no scope "{said[:80]}"; there are {", ".join(SCOPES)}', "scope")
    return result


async def listed(registry: Registry, tenant: str | None = None) -> list[Key]:
    """Every key, of one tenant or of all, oldest first."""
    return [_key(entry) for entry in await registry.of_kind("key", tenant)]


async def revoke(registry: Registry, key_id: str) -> bool:
    """Ends a key; False if there is none of that id."""
    return await registry.delete(_entry_id(key_id), refresh="wait_for")


class Keyring:
    """Keys that were checked a moment ago; a revoked one is trusted for at most the setting's seconds."""

    def __init__(self, registry: Registry, trusted_for: float) -> None:
        self._registry = registry
        self._trusted_for = trusted_for
        self._checked: dict[str, tuple[float, Key]] = {}

    async def key(self, token: str, now: datetime) -> Key:
        """The key that a token stands for. Raises Unauthenticated."""
        digest = _digest(token)
        checked, key = self._checked.get(digest, (0.0, None))
        if key is None or time.monotonic() - checked >= self._trusted_for:
            self._checked.pop(digest, None)
            key = await self._read(token)
            self._checked[digest] = (time.monotonic(), key)
        if key.expires_at is not None and key.expires_at <= now:
            raise Unauthenticated(_INVALID)
        return key

    async def _read(self, token: str) -> Key:
        prefix, _, rest = token.partition("_")
        key_id, _, secret = rest.partition("_")
        if prefix != _PREFIX or not key_id.isalnum() or not key_id.isascii() or len(key_id) != 16:
            raise Unauthenticated(_INVALID)
        entry = await self._registry.read(_entry_id(key_id))
        if entry is None or not hmac.compare_digest(entry["digest"], _digest(secret)):
            raise Unauthenticated(_INVALID)
        return _key(entry)


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
    expires = entry.get("expires_at")
    return Key(
        entry["key_id"],
        entry["name"],
        entry["tenant"],
        tuple(entry["scopes"]),
        datetime.fromisoformat(entry["created_at"]),
        datetime.fromisoformat(expires) if expires else None,
    )
