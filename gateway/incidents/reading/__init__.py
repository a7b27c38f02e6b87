"""Finding, counting and following incidents and what hangs on them."""

from gateway.store.hits import Hit
from gateway.store.pit_slots import Pit

__all__ = ["Hit", "Pit"]
