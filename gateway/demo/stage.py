"""Where and when the demo is played: its tenant's gateway, with the clock at one of the demo's moments."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from gateway.incidents.session import Actor, Context


@dataclass(frozen=True, slots=True)
class Stage:
    """A tenant, the moments at which things happen in it, and the zone of the times that name none."""

    ctx: Context
    tenant: str
    times: Sequence[datetime]
    zone: tzinfo

    def at(self, moment: int) -> Context:
        """The use cases' context as of that moment."""
        return self.when(self.times[moment])

    def when(self, at: datetime) -> Context:
        """The use cases' context as of then."""
        return replace(self.ctx, clock=lambda: at)

    def actor(self, name: str, dialect: str) -> Actor:
        """Somebody who acts in the tenant, through that dialect."""
        return Actor(self.tenant, name, dialect)
