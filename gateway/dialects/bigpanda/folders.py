"""Folders: where an incident stands now. Each is said twice: of a document, and as what the engine is to find."""

from datetime import datetime

from gateway.dialects.bigpanda.extension import COLUMNS, own
from gateway.dialects.bigpanda.requests import Folder
from gateway.incidents.model.documents import Document
from queries.criteria import And, Between, Criterion, Is, Not, Or, Present, Where
from queries.periods import iso

_RESOLVED = Where(COLUMNS["state"], Is(("closed",)))
_SHARED = Where(COLUMNS["ext.bigpanda.shared"], Is((True,)))
_IN_MAINTENANCE = Where(COLUMNS["ext.bigpanda.maintenance"], Present())
_ASSIGNED = Or(tuple(Where(COLUMNS[f"assignee.{each}"], Present()) for each in ("name", "id", "email", "numeric_id")))


def is_snoozed(incident: Document, now: datetime) -> bool:
    """Whether its snooze has not ended yet."""
    end_time: str = own(incident).get("snooze", {}).get("end_time", "")
    return end_time > iso(now)


def folders(incident: Document, now: datetime) -> list[Folder]:
    """Every folder that the incident is in; a resolved one is in that folder alone, a merged one in none."""
    if "merged_into" in own(incident):
        return []
    if incident["state"] == "closed":
        return ["resolved"]
    snoozed, shared = is_snoozed(incident, now), own(incident).get("shared") is True
    result: dict[Folder, bool] = {
        "active": not snoozed,
        "unhandled": not (snoozed or shared or incident.get("assignee")),
        "snoozed": snoozed,
        "shared": shared,
        "maintenance": own(incident).get("maintenance") is not None,
    }
    return [name for name, holds in result.items() if holds]


def inside(folder: Folder, now: datetime) -> Criterion:
    """The incidents in the folder, merged ones aside."""
    snoozed = Where(COLUMNS["ext.bigpanda.snooze.end_time"], Between(gt=iso(now)))
    if folder == "resolved":
        return _RESOLVED
    further: dict[Folder, tuple[Criterion, ...]] = {
        "active": (Not(snoozed),),
        "unhandled": (Not(snoozed), Not(_SHARED), Not(_ASSIGNED)),
        "snoozed": (snoozed,),
        "shared": (_SHARED,),
        "maintenance": (_IN_MAINTENANCE,),
    }
    return And((Not(_RESOLVED), *further[folder]))
