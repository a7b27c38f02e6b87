"""What an audit says of a change: one activity for each thing that happened, each field in exactly one of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.incidents.model.difference import FieldChange
from gateway.incidents.model.rules import Rules

_RESOLUTION = frozenset({"status", "state", "resolved_at", "workflow_id"})
_ACKNOWLEDGEMENT = frozenset({"acknowledged_at", "acknowledged_by"})


def happened(changes: Sequence[FieldChange], rules: Rules) -> list[tuple[str, list[FieldChange]]]:
    """(activity type, its changes), in the order in which they are told."""
    by_field = {each.field: each for each in changes}
    parts: list[tuple[str, list[FieldChange]]] = []
    for kind, fields in _special(by_field, rules):
        parts.append((kind, [by_field.pop(name) for name in list(by_field) if name in fields]))
    if by_field:
        parts.append(("updated", list(by_field.values())))
    return parts


def _special(changes: Mapping[str, FieldChange], rules: Rules) -> list[tuple[str, frozenset[str]]]:
    kinds = []
    resolution, shared = _RESOLUTION | rules.raw_status, rules.mark("shared")
    state = changes.get("state")
    if state and state.after == "closed":
        kinds.append(("resolved", resolution))
    elif state and state.before == "closed":
        kinds.append(("reopened", resolution))
    if "assignee" in changes:
        word = "assigned" if changes["assignee"].after else "unassigned"
        kinds.append((word, frozenset({"assignee", "assigner"})))
    if "acknowledged_at" in changes and changes["acknowledged_at"].after:
        kinds.append(("acknowledged", _ACKNOWLEDGEMENT))
    if shared in changes and changes[shared].after:
        kinds.append(("shared", frozenset({shared})))
    if "comment" in changes and changes["comment"].after:
        kinds.append(("note_added", frozenset({"comment"})))
    return kinds


def rendered(changes: Sequence[FieldChange]) -> list[dict[str, Any]]:
    """Changes as they are stored and shown."""
    return [{"field": each.field, "from": each.before, "to": each.after} for each in changes]
