"""A client of a running gateway, for bodies and answers of any size."""

from gateway.client.asynchronous import AsyncClient
from gateway.client.attempts import Retries
from gateway.client.bulk import Action, Summary, Watch, bulk
from gateway.client.calling import Caller, calling
from gateway.client.connection import RemoteError, Target
from gateway.client.export import Ending, Snapshot, snapshot
from gateway.client.results import Change, Document, Filters, Outcome, Page, Refusal, Selection
from gateway.client.synchronous import Client

__all__ = [
    "Action", "AsyncClient", "Caller", "Change", "Client", "Document", "Ending", "Filters", "Outcome", "Page",
    "Refusal", "RemoteError", "Retries", "Selection", "Snapshot", "Summary", "Target", "Watch",
    "bulk", "calling", "snapshot",
]  # fmt: skip
