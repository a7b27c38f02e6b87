"""Where a walk over a tenant's changes stands, and the text that it is resumed by on any gateway."""

from dataclasses import dataclass, replace

from gateway.incidents.session import Session
from gateway.problems import GatewayError
from gateway.store.checkpoints import Checkpoint, checkpoints
from queries import cursors
from queries.cursors import Cursor


class Gone(GatewayError):
    """A position in indices that are no more: nothing leads on from there."""

    status, kind = 410, "cursor_gone"

    def __init__(self) -> None:
        super().__init__("what this cursor was of is gone; begin anew, without one", "after")


@dataclass(frozen=True, slots=True)
class Position:
    """Every activity up to a number of the events index is told; what incidents up to one of theirs carry, is there."""

    events: Checkpoint
    incidents: Checkpoint

    def leads_to(self, later: "Position") -> bool:
        """Whether a walk can go on from here to there."""
        return self.events.leads_to(later.events) and self.incidents.leads_to(later.incidents)

    def at(self, number: int) -> "Position":
        """The same with another number of the events index."""
        return replace(self, events=replace(self.events, numbers=(number,)))


async def current(session: Session) -> Position:
    """How far the tenant's indices are written on every copy. Raises Unavailable while that cannot be known."""
    incidents, events = session.incidents, session.events
    both = await checkpoints(incidents.client, [events.index, incidents.index])
    return Position(*both)


def token(session: Session, position: Position) -> str:
    """The position as text, which is this tenant's alone."""
    events, incidents = position.events, position.incidents
    parts = [events.index, events.number, incidents.index, *incidents.numbers]
    return cursors.token(Cursor(parts, 0), _identity(session), session.ctx.secrets)


def read(session: Session, text: str) -> Position:
    """The position in a text. Raises QueryError."""
    index, number, other_index, *numbers = cursors.read(text, _identity(session), session.ctx.secrets).after
    return Position(Checkpoint(index, (number,)), Checkpoint(other_index, tuple(numbers)))


def _identity(session: Session) -> bytes:
    return cursors.fingerprint(session.tenant, "changes")
