"""What is measured, setting by setting, in an order in which what is held only grows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

PARTS = ("clients", "depth", "workers", "tenants")

OF_A_TENANT = 50
"""Incidents of each of many tenants."""
SIZE = 25
"""Incidents of a page."""

_SHARES = (0, 0.25, 0.5, 0.99)
_OF_WORKERS = 32
_FEWEST, _MOST = 8, 100


class Setting(NamedTuple):
    """All that a measured point depends on, but for the machine."""

    part: str
    incidents: int
    clients: int = 1
    workers: int = 1
    tenants: int = 1
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What grows, and how long each setting is measured."""

    sizes: Sequence[int]
    clients: Sequence[int]
    workers: Sequence[int]
    tenants: Sequence[int]
    seconds: float

    def settings(self, parts: Collection[str] = PARTS) -> list[Setting]:
        """Every setting of these parts, each once."""
        sizes, largest = sorted(set(self.sizes)), max(self.sizes)
        of = {
            "clients": [Setting("clients", size, clients) for size in sizes for clients in self.clients],
            "depth": [Setting("depth", largest, depth=int(largest * share) // SIZE * SIZE) for share in _SHARES],
            "workers": [Setting("workers", largest, _OF_WORKERS, workers) for workers in self.workers],
            "tenants": [_of_tenants(count) for count in sorted(self.tenants)],
        }
        return list(dict.fromkeys(setting for part in PARTS if part in parts for setting in of[part]))

    def takes(self, setting: Setting) -> float:
        """Seconds: each of a thousand clients is to be answered often enough to be compared with the others."""
        return self.seconds * max(1, setting.clients // 100)


def _of_tenants(count: int) -> Setting:
    """As many clients as tenants, but neither few nor many."""
    return Setting("tenants", OF_A_TENANT, max(_FEWEST, min(count, _MOST)), tenants=count)
