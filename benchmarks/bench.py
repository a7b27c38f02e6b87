"""What every benchmark is given: the two addresses, the gateway's process, and what the tenant holds."""

from dataclasses import dataclass
from datetime import datetime

from gateway.store.names import events_of, incidents_of


@dataclass(frozen=True, slots=True)
class Bench:
    """A gateway, started for one benchmark, over an engine whose tenant has so many incidents up to `now`."""

    engine: str
    gateway: str
    pid: int
    idle: float | None
    tenant: str
    incidents: int
    rounds: int
    now: datetime

    @property
    def index(self) -> str:
        """The index that the gateway reads and writes."""
        return incidents_of(self.tenant)

    @property
    def raw_index(self) -> str:
        """The index, made from the same template, that only raw requests write; the same incidents are in it."""
        return incidents_of(raw(self.tenant))

    @property
    def raw_events(self) -> str:
        """The index for as many events as the gateway writes."""
        return events_of(raw(self.tenant))

    def growth(self, peak: float | None) -> float | None:
        """How much more a peak is than what the gateway held before its first request."""
        return None if peak is None or self.idle is None else peak - self.idle


def raw(tenant: str) -> str:
    """The tenant whose indices only raw requests write."""
    return f"{tenant}-raw"
