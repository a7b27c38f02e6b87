"""The secrets that handles and cursors are signed with: set, or made by the first gateway over an engine."""

import secrets

from gateway.settings import Settings
from gateway.store.registry import Registry

REGISTRY = "registry"
"""What a setting calls the secret that is kept in the registry."""


async def signing_secrets(settings: Settings, registry: Registry) -> tuple[bytes, ...]:
    """The secret that signs, then the one that is taken too if there is one."""
    named = (settings.secret or REGISTRY, settings.secret_previous)
    return tuple([await _secret(each, registry) for each in named if each is not None])


async def _secret(named: str, registry: Registry) -> bytes:
    return await _shared(registry) if named == REGISTRY else named.encode()


async def _shared(registry: Registry) -> bytes:
    """The secret that every gateway over this engine knows, made by the first."""
    fresh = {"kind": "secret", "secret": secrets.token_hex(32)}
    entry = await registry.revise("secret", lambda held: held or fresh)
    assert entry is not None
    return bytes.fromhex(entry["secret"])
