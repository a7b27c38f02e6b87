"""Changes, and their relations to incidents, as they are kept: documents beside the activities, each by its id.

What is shown of one is its `params`; every other field is there to find it by.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from gateway.incidents.model.sizes import check_grown
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.incidents.writing.create import hex_id

Kind = Literal["change", "rcc"]

_NAMES: Mapping[Kind, str] = {"change": "a change", "rcc": "a relation of a change"}
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
    """The record after `edit` was applied to it as it stood.

    Raises what that raises, QueryError for more bytes than an incident may have, and Unavailable.
    """
    await session.ensure()

    def fitting(before: Event | None) -> Event:
        after, held = edit(before), before and before["params"]
        check_grown(held, after["params"], session.rules.limits.document_bytes, _NAMES[kind])
        return after

    revised = await session.events.revise(document_id(kind, record_id), fitting)
    assert revised is not None
    return revised
