"""A client of a running gateway, for bodies and answers of any size."""

from gateway.client.bulk import Action, Summary, Watch, bulk
from gateway.client.calling import Caller, calling
from gateway.client.connection import RemoteError, Target
from gateway.client.export import Ending, Snapshot, snapshot

__all__ = [
    "Action", "Caller", "Ending", "RemoteError", "Snapshot", "Summary", "Target", "Watch",
    "bulk", "calling", "snapshot",
]  # fmt: skip
