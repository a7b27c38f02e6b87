"""What a request carries to say who calls: a key, or a token of an identity provider; each way takes either."""

from datetime import datetime
from typing import TYPE_CHECKING

from gateway.access.holders import Holder
from gateway.access.keys import PREFIX, Keyring
from gateway.problems import Unauthenticated
from gateway.settings import Settings
from gateway.store.registry import Registry

if TYPE_CHECKING:
    from gateway.access.tokens import Tokens


class Credentials:
    """Knows the holder of what `GATEWAY_AUTH` takes."""

    def __init__(self, settings: Settings, registry: Registry) -> None:
        self._keyring = Keyring(registry, settings.key_cache) if "keys" in settings.auth else None
        self._tokens = _tokens(settings) if "jwt" in settings.auth else None

    async def holder(self, text: str, now: datetime) -> Holder:
        """Whose it is. Raises Unauthenticated for what does not hold, Forbidden for a token that says too little."""
        if self._keyring and (self._tokens is None or text.startswith(f"{PREFIX}_")):
            return await self._keyring.holder(text, now)
        if self._tokens:
            return await self._tokens.holder(text, now)
        raise Unauthenticated("no credentials are taken here")

    async def close(self) -> None:
        """Ends what goes on behind requests."""
        if self._tokens:
            await self._tokens.close()


def _tokens(settings: Settings) -> "Tokens":
    # What verifies signatures takes longer to import than all else together, and most gateways know keys alone.
    from gateway.access.tokens import Tokens  # noqa: PLC0415

    return Tokens(settings)
