"""What was made once and need not be made again, within bounds of bytes, and of each tenant apart."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_SHARE = 4
"""Each tenant has a quarter of it at most, so that one with much leaves something to others."""


class Remembered(Generic[Key, Value]):
    """Values by their tenant and key. Where there is no room, what was not used for longest is forgotten.

    The keys of one tenant never meet those of another, whatever they are.
    """

    def __init__(self, most: int) -> None:
        self._most, self.size = most, 0
        self._tenants: OrderedDict[str, _Kept[Key, Value]] = OrderedDict()

    def get(self, tenant: str, key: Key) -> Value | None:
        """The value, if it is still there."""
        kept = self._tenants.get(tenant)
        entry = kept.entries.get(key) if kept else None
        if kept is None or entry is None:
            return None
        kept.entries.move_to_end(key)
        self._tenants.move_to_end(tenant)
        return entry[0]

    def put(self, tenant: str, key: Key, value: Value, size: int) -> None:
        """Keeps the value, which takes so many bytes, unless it is too large for a tenant's share."""
        self.forget(tenant, key)
        if size > self._most // _SHARE:
            return
        kept = self._tenants.setdefault(tenant, _Kept())
        kept.entries[key] = value, size
        kept.size += size
        self.size += size
        while kept.size > self._most // _SHARE:
            self._forget_oldest(tenant)
        while self.size > self._most:
            self._forget_oldest(next(iter(self._tenants)))

    def keys(self, tenant: str) -> list[Key]:
        """The keys of the tenant's values."""
        kept = self._tenants.get(tenant)
        return list(kept.entries) if kept else []

    def forget(self, tenant: str, key: Key) -> None:
        """Forgets the value, if it is there."""
        kept = self._tenants.get(tenant)
        if kept is None or key not in kept.entries:
            return
        _, size = kept.entries.pop(key)
        kept.size -= size
        self.size -= size
        if not kept.entries:
            del self._tenants[tenant]

    def _forget_oldest(self, tenant: str) -> None:
        self.forget(tenant, next(iter(self._tenants[tenant].entries)))


class _Kept(Generic[Key, Value]):
    """What one tenant has, the longest unused first."""

    __slots__ = ("entries", "size")

    def __init__(self) -> None:
        self.entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self.size = 0
