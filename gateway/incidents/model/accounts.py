"""What a change does beside its incident (accounts, notes, alerts), carried by the incident itself until it is done.

The version of an incident and the account of how it came to be are one write. The events index is a projection of what
incidents carry: whoever reads an incident's history, or writes its next version, first has it hold what is carried.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import orjson

Event = dict[str, Any]

CARRIED = "carried"
"""The hidden field: JSON as text, so that nothing in it can be mistaken for a field of the incident."""

REVISION = "revision"
"""How often an event was changed with its incident; one that an incident carries has the number that comes next."""


# Of documents no cycle is made: the collector need not look here.
class Effect(msgspec.Struct, frozen=True, gc=False):
    """An event to be made, or, of the version that was seen (sequence number, term), changed or taken away."""

    event_id: str
    event: Event | None
    seen: tuple[int, int] | None = None

    @property
    def stands_alone(self) -> bool:
        """Whether it is found without its incident, as alerts and notes are, or changes what is there."""
        return self.event is None or self.seen is not None or self.event["kind"] in {"alert", "note"}


def packed(effects: Iterable[Effect]) -> str:
    """The effects as an incident carries them; that they are of this incident goes without saying."""
    rows = [[effect.event_id, effect.event and _without_owner(effect.event), effect.seen] for effect in effects]
    return orjson.dumps(rows).decode()


def unpacked(document: dict[str, Any], incident_id: str) -> Sequence[Effect]:
    """What the incident carries; nothing, where an older version wrote it."""
    rows = orjson.loads(document.get(CARRIED) or "[]")
    return [
        Effect(event_id, event and {"incident_id": incident_id, **event}, seen and (seen[0], seen[1]))
        for event_id, event, seen in rows
    ]


def _without_owner(event: Event) -> Event:
    kept = dict(event)
    kept.pop("incident_id", None)
    return kept
