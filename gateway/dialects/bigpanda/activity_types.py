"""BigPanda's types of activities: which of the store's each one is, and what it tells beside.

What the store tells and BigPanda has no type for is never shown. Of one type there never is one: nobody resolves
through the vendor's own pages here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.dialects.bigpanda.replies import user_id
from gateway.dialects.bigpanda.times import seconds
from gateway.incidents.reading.history import Event
from gateway.incidents.writing.create import hex_id
from queries.criteria import And, Criterion, Is, Not, Nothing, Or, Present, Where
from queries.errors import QueryError
from queries.fields import Column

Json = dict[str, Any]

COMMENTED, SHARED = "note_added", "shared"
NEVER_MADE = frozenset({"incident_resolved_ui_manually"})
SYNONYMS = {"incident_reopen": "incident_reopened", "incident_opened": "incident_created"}

TYPE = Column("type", "keyword")
_CREATED = "incident_created"
_VIA = Column("via", "keyword")


@dataclass(frozen=True, slots=True)
class Account:
    """An activity, and what else is known of it: the text of a comment, whether it shared the incident first."""

    activity: Event
    tenant: str
    comment: str | None = None
    first_share: bool = False


@dataclass(frozen=True, slots=True)
class ActivityType:
    """A type and its parameters.

    With `via`, only what came about in that way is of it; of two for one of the store's, the other is a person's doing.
    """

    name: str
    type: str
    params: Callable[[Account], Json] = lambda _told: {}
    via: str | None = None


def chosen(types: str) -> Criterion:
    """The activities of the types, which commas separate; of all, if none is named. Raises QueryError."""
    names = [each.strip().lower() for each in types.split(",")] if types.strip() else [each.name for each in TYPES]
    wanted = {SYNONYMS.get(each, each) for each in names}
    unknown = next((each for each in names if SYNONYMS.get(each, each) not in {*_NAMES, *NEVER_MADE}), None)
    if unknown is not None:
        raise QueryError(f'no activity type "{unknown[:64]}"; there are {", ".join(sorted(_NAMES))}', "types")
    result = tuple(_criterion(each) for each in TYPES if each.name in wanted)
    return Or(result) if result else Nothing()


def shown(account: Account) -> Json:
    """The activity as BigPanda shows it; only of what a person did, it tells who it was."""
    activity = account.activity
    result = _BY_KIND.get((activity["type"], activity.get("via"))) or _BY_KIND[activity["type"], None]
    by_person = "via" not in activity and result.name != _CREATED
    person = {"created_by": activity["actor"]} if by_person else {}
    params = result.params(account)
    rest = {"timestamp": seconds(activity["at"]), "type": result.name, **person}
    return {"id": activity["activity_id"], **rest} | ({"params": params} if params else {})


def _criterion(row: ActivityType) -> Criterion:
    kind = Where(TYPE, Is((row.type,)))
    if row.via is not None:
        return And((kind, Where(_VIA, Is((row.via,)))))
    in_some_way = any(each.type == row.type and each.via is not None for each in TYPES)
    return And((kind, Not(Where(_VIA, Present())))) if in_some_way else kind


def _stored(*names: str, **renamed: str) -> Callable[[Account], Json]:
    """What the activity holds under these names, some by another one here; an annotation always, if there is one."""
    wanted = {**{each: each for each in names}, **renamed, "annotation": "annotation"}

    def params(told: Account) -> Json:
        held = told.activity["params"]
        return {shown: _rendered(told.tenant, name, held[name]) for name, shown in wanted.items() if name in held}

    return params


def _rendered(tenant: str, name: str, value: Any) -> Any:
    match name:
        case "source_incident_id" | "target_incident_id" | "new_incident_id":
            return hex_id(tenant, value)
        case "source_incident_ids":
            return [hex_id(tenant, each) for each in value]
        case "end_time":
            return seconds(value)
        case "match":
            return value | {"updated_at": seconds(value["updated_at"])}
        case _:
            return value


def _assigned(account: Account) -> Json:
    person: Mapping[str, Any] = _change(account.activity, "assignee") or {}
    return {"assignee": {"id": user_id(person), "username": person.get("name", person.get("email"))}}


def _unassigned(account: Account) -> Json:
    return {"unassigned_on_reopen": account.activity.get("via") == "reopen"}


def _commented(account: Account) -> Json:
    return {"comment": said(account.activity) or account.comment}


def _shared(account: Account) -> Json:
    activity = account.activity
    rest = {"escalation_id": activity["activity_id"], "firstTime": account.first_share}
    return {"share_target": activity["dialect"], "share_auto": False, **rest}


def said(activity: Event) -> str | None:
    """The comment that the activity itself tells; of one beside another, its note alone does."""
    text: str | None = _change(activity, "comment")
    return text


def _change(activity: Event, field: str) -> Any:
    return next((each["to"] for each in activity["changes"] if each["field"] == field), None)


TYPES = (
    ActivityType(_CREATED, "created"),
    ActivityType("incident_assigned", "assigned", _assigned),
    ActivityType("incident_unassigned", "unassigned", _unassigned),
    ActivityType("incident_become_flapping", "flapping", _stored("flapping")),
    ActivityType("incident_commented", COMMENTED, _commented),
    ActivityType("incident_resolved_api", "resolved", _stored()),
    ActivityType("incident_resolved_by_alerts", "resolved", via="alerts"),
    ActivityType("incident_alerts_resolved", "alerts_resolved", _stored("resolution_type", "ids_to_resolve")),
    ActivityType("incident_reopened", "reopened"),
    ActivityType("incident_tag_updated", "tag_updated", _stored("tag_id", "tag_value")),
    ActivityType("incident_tag_removed", "tag_removed", _stored("tag_id")),
    ActivityType("incident_merged_destination", "merged_destination", _stored("source_incident_ids")),
    ActivityType(
        "incident_merged_source",
        "merged_source",
        _stored("source_incident_ids", target_incident_id="targetIncidentId"),
    ),
    ActivityType("incident_splitted_destination", "split_destination", _stored("alert_ids", "source_incident_id")),
    ActivityType("incident_splitted_source", "split_source", _stored("alert_ids", "new_incident_id")),
    ActivityType("incident_rcc_update", "rcc_updated", _stored("change", match="rcc_medata")),
    ActivityType("incident_shared", SHARED, _shared),
    ActivityType("incident_snoozed", "snoozed", _stored(end_time="time")),
    ActivityType("incident_unsnoozed", "unsnoozed"),
)
_NAMES = frozenset(each.name for each in TYPES)
_BY_KIND = {(each.type, each.via): each for each in TYPES}
