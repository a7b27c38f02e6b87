"""What an audit says of a change: one activity for each thing that happened, each field in exactly one of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.incidents.model.difference import FieldChange

_RESOLUTION = frozenset({"status", "state", "resolved_at", "workflow_id", "ext.v1.status", "ext.log360.status"})
_SHARED = "ext.bigpanda.shared"
_ACKNOWLEDGEMENT = frozenset({"acknowledged_at", "acknowledged_by"})


def happened(changes: Sequence[FieldChange]) -> list[tuple[str, list[FieldChange]]]:
    """(activity type, its changes), in the order in which they are told (specs: settled 13)."""
    by_field = {each.field: each for each in changes}
    told: list[tuple[str, list[FieldChange]]] = []
    for kind, fields in _special(by_field):
        told.append((kind, [by_field.pop(name) for name in list(by_field) if name in fields]))
    if by_field:
        told.append(("updated", list(by_field.values())))
    return told


def _special(changes: Mapping[str, FieldChange]) -> list[tuple[str, frozenset[str]]]:
    kinds = []
    state = changes.get("state")
    if state and state.after == "closed":
        kinds.append(("resolved", _RESOLUTION))
    elif state and state.before == "closed":
        kinds.append(("reopened", _RESOLUTION))
    if "assignee" in changes:
        word = "assigned" if changes["assignee"].after else "unassigned"
        kinds.append((word, frozenset({"assignee", "assigner"})))
    if "acknowledged_at" in changes and changes["acknowledged_at"].after:
        kinds.append(("acknowledged", _ACKNOWLEDGEMENT))
    if _SHARED in changes and changes[_SHARED].after:
        kinds.append(("shared", frozenset({_SHARED})))
    if "comment" in changes and changes["comment"].after:
        kinds.append(("note_added", frozenset({"comment"})))
    return kinds


def rendered(changes: Sequence[FieldChange]) -> list[dict[str, Any]]:
    """Changes as they are stored and shown."""
    return [{"field": each.field, "from": each.before, "to": each.after} for each in changes]
