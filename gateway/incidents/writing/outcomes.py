"""What became of one write."""

from typing import Literal

import msgspec

from gateway.incidents.model.documents import Document
from gateway.problems import GatewayError
from gateway.store.bulk import Item
from gateway.store.errors import of_item
from queries.errors import QueryError

Result = Literal["created", "updated", "noop", "deleted"]


class Outcome(msgspec.Struct, frozen=True):
    """What became of one write: the document as it is now, or why it is not so."""

    id: str | None
    result: Result | None = None
    version: str | None = None
    document: Document = {}
    error: GatewayError | QueryError | None = None


def succeeded(outcome: Outcome) -> Outcome:
    """The outcome, if it is a good one. Raises its error."""
    if outcome.error is not None:
        raise outcome.error
    return outcome


def written(outcome: Outcome, item: Item, result: Result) -> Outcome:
    """The outcome as the engine's answer to its operation makes it."""
    if item.done:
        return Outcome(outcome.id, result, item.version, outcome.document)
    return Outcome(outcome.id, error=of_item(item.status, item.error, ""))
