"""What became of one write, and a document's version as callers see it."""

from dataclasses import dataclass, field
from typing import Literal

from gateway.incidents.model.documents import Document
from gateway.problems import GatewayError, Unavailable
from gateway.store import Json
from queries.errors import QueryError

Result = Literal["created", "updated", "noop", "deleted"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one write: the document as it is now, or why it is not so."""

    id: str | None
    result: Result | None = None
    version: str | None = None
    document: Document = field(default_factory=dict)
    error: GatewayError | QueryError | None = None


def version(found: Json) -> str:
    """A document's version as callers see it."""
    return f"{found['_primary_term']}-{found['_seq_no']}"


def succeeded(outcome: Outcome) -> Outcome:
    """The outcome, if it is a good one. Raises its error."""
    if outcome.error is not None:
        raise outcome.error
    return outcome


def written(outcome: Outcome, item: Json, result: Result) -> Outcome:
    """The outcome as the engine's answer to its operation makes it."""
    if item["status"] < 300:
        return Outcome(outcome.id, result, version(item), outcome.document)
    return Outcome(outcome.id, error=_refused(item))


def _refused(item: Json) -> GatewayError | QueryError:
    if item["status"] == 400:
        reason = item.get("error", {}).get("reason", "no reason given")
        return QueryError(f"the engine refused this: {reason[:300]}", kind="wrong_type")
    return Unavailable(f"the engine answered with status {item['status']}")
