"""A client of a running gateway, for bodies and answers of any size."""

from gateway.remote.bulk import Action, Summary, Watch, bulk
from gateway.remote.calling import Caller, calling
from gateway.remote.connection import RemoteError, Target
from gateway.remote.export import Ending, Snapshot, snapshot

__all__ = [
    "Action", "Caller", "Ending", "RemoteError", "Snapshot", "Summary", "Target", "Watch",
    "bulk", "calling", "snapshot",
]  # fmt: skip
