"""Changes, and their relations to incidents, as they are kept: documents beside the activities, each by its id.

What is shown of one is its `params`; every other field is there to find it by.
"""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.incidents.writing.create import hex_id

Kind = Literal["change", "rcc"]

_ID = re.compile(r"[0-9a-f]{24}", re.ASCII)


def change_id(tenant: str, app_key: str, identifier: str) -> str:
    """The id of the change that a system calls so."""
    return hex_id(tenant, f"change\0{app_key}\0{identifier}")


def relation_id(tenant: str, change_id: str, incident_id: str) -> str:
    """The id of what a change has to do with an incident, by the ids that both are shown with."""
    return hex_id(tenant, f"rcc\0{change_id}\0{incident_id}")


def document_id(kind: Kind, record_id: str) -> str:
    """The id of the record's document."""
    return f"{kind}-{record_id}"


async def read(session: Session, kind: Kind, record_id: str) -> Event | None:
    """The record as it is now; None if there is none."""
    [record] = await read_all(session, kind, [record_id])
    return record


async def read_all(session: Session, kind: Kind, ids: Sequence[str]) -> list[Event | None]:
    """The records as they are now, in the order asked for; None where there is none."""
    possible = [each for each in ids if _ID.fullmatch(each)]
    stored = await session.events.get_many([document_id(kind, each) for each in possible])
    held = {record_id: each.source for record_id, each in zip(possible, stored, strict=True) if each}
    return [held.get(each) for each in ids]


async def revise(session: Session, kind: Kind, record_id: str, edit: Callable[[Event | None], Event]) -> Event:
    """The record after `edit` was applied to it as it stood. Raises what that raises, and Unavailable."""
    await session.ensure()
    revised = await session.events.revise(document_id(kind, record_id), edit)
    assert revised is not None
    return revised
