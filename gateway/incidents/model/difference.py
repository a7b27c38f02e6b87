"""What a change makes of a document: merging, the rules that follow from it, and what an audit should say of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from gateway.incidents.model import statuses
from gateway.incidents.model.documents import Document
from gateway.incidents.model.rules import Rules, at
from gateway.incidents.model.vocabulary import DEFAULT_WORKFLOW
from queries.errors import QueryError
from queries.fields import HIDDEN, LONG_FIELDS, OBJECTS, Field
from queries.periods import MILLISECOND, iso
from queries.texts import LONGEST_PAIR, length, long_texts

INCIDENT, RESULT = "incident", "aggregation_result"

_BOOKKEEPING = frozenset({"updated_at", "updated_by", "note_count", "alert_count", *HIDDEN})
_HIDDEN = frozenset(HIDDEN)
_PAIRED = frozenset({"services", "labels", "alert_pairs", "alert_tally"})
_REQUIRED = ("title", "started_at")
_ONCE = frozenset({"external_id"})
_LOOKED_INTO = _ONCE | {"ext"}
"""Fields that only who knows what is held can tell to be writable, beside the read-only ones."""
SEPARATOR = "\u001f"
_ENDS = {"ms_to_acknowledge": "acknowledged_at", "ms_to_resolve": "resolved_at"}


class FieldChange(msgspec.Struct, frozen=True):
    """One field's value before and after; None where there was, or is, none."""

    field: str
    before: Any
    after: Any


def merged(before: Document, fields: Mapping[str, Any]) -> Document:
    """The document with the fields set; None removes one. Only `ext` merges deeply."""
    if OBJECTS.isdisjoint(fields) and before.get("ext", True) and not any(value is None for value in fields.values()):
        return {**before, **fields}
    after = dict(before)
    for name, value in fields.items():
        if name == "ext" and value is not None:
            after[name] = _merged_deeply(before.get(name, {}), value)
        elif value is None or (name in OBJECTS and not _without_none(value)):
            after.pop(name, None)
        else:
            after[name] = _without_none(value) if name in OBJECTS else value
    if not after.get("ext", True):
        del after["ext"]
    return after


def without_read_only(before: Document, fields: Mapping[str, Any], catalogue: Mapping[str, Field]) -> Document:
    """The fields less the read-only ones, which may be sent back only as they were read. Raises QueryError."""
    if not any(name in _LOOKED_INTO or (name in catalogue and catalogue[name].read_only) for name in fields):
        return dict(fields)
    for path, value, current in _leaves(fields, before, catalogue):
        field = catalogue.get(path)
        if value is None and current is not None and path.partition(".")[0] == "ext" and field is None:
            raise QueryError(f'"{path}" is no single field; remove those in it one by one', path)
        if field is not None and field.read_only and value != current:
            raise QueryError(f'"{path}" is written by the gateway alone', path, "read_only")
        if path in _ONCE and current is not None and value != current:
            raise QueryError(f'"{path}" is given once: others know the incident by it', path, "read_only")
    return _pruned(fields, "", catalogue)


def derived(before: Document | None, after: Document, rules: Rules, now: datetime) -> Document:
    """The document with everything that follows from its fields: state, resolution time, metric names, ranks, pairs.

    Raises QueryError for words that the vocabulary lacks, and for a document without a title or a start.
    """
    for name in _REQUIRED:
        if not after.get(name):
            raise QueryError(f'"{name}" is wanted in every document', name)
    after = dict(after)
    workflow = after.setdefault("workflow_id", DEFAULT_WORKFLOW)
    if "status" not in after:
        after["status"] = rules.words.initial(workflow)
    after["state"] = rules.words.state(workflow, after["status"])
    _check_merged(after, rules)
    _derive_resolution(before or {}, after, now)
    for source, target, key in rules.feeding:
        if objects := at(after, source):
            _feed(after, objects, target, key)
    hidden = _hidden(after, rules)
    for name in _HIDDEN.intersection(after):
        del after[name]
    after |= hidden
    return after


def require_possible(sent: Mapping[str, Any], fields: Document, rules: Rules) -> None:
    """Raises QueryError for a change to these fields that no document can take, whatever it holds beside."""
    for name in _REQUIRED:
        if name in sent and not fields.get(name):
            raise QueryError(f'"{name}" is wanted in every document', name)
    rules.words.rank(fields.get("severity"))
    rules.words.require_possible(fields.get("workflow_id"), fields.get("status"))


def _hidden(document: Document, rules: Rules) -> Document:
    kind = document.get("kind", INCIDENT)
    ranks = {"severity_rank": rules.words.rank(document.get("severity"))}
    if kind == INCIDENT:
        ranks["status_rank"] = statuses.rank(statuses.status(document, rules.marks(document)))
    return {"kind": kind, **ranks, **durations(document), **_kept(document), **long_texts(document, LONG_FIELDS)}


def _kept(document: Document) -> Document:
    """What incidents are found by of their services, labels and alerts."""
    if _PAIRED.isdisjoint(document):
        return {}
    pairs = {
        "service_pairs": _pairs(document, "services", "namespace", "name"),
        "label_pairs": _pairs(document, "labels", "name", "value"),
        "alert_pairs": document.get("alert_pairs"),
        "alert_tally": document.get("alert_tally"),
    }
    return {name: values for name, values in pairs.items() if values}


def durations(document: Mapping[str, Any]) -> Document:
    """Milliseconds from the start to each end that there is; none where that would not be forward in time."""
    ends = {name: document[field] for name, field in _ENDS.items() if field in document}
    if not ends:
        return {}
    start = datetime.fromisoformat(document["started_at"])
    lasted = {name: (datetime.fromisoformat(end) - start) // MILLISECOND for name, end in ends.items()}
    return {name: length for name, length in lasted.items() if length >= 0}


def _check_merged(document: Document, rules: Rules) -> None:
    destination = rules.marks(document).get("merged_into")
    if destination is not None and document["state"] != "closed":
        raise QueryError(f'it was merged into "{destination}", and stays closed', "status")


def _derive_resolution(before: Document, after: Document, now: datetime) -> None:
    if after["state"] == "closed":
        after.setdefault("resolved_at", iso(now))
    elif "resolved_at" in after and after["resolved_at"] != before.get("resolved_at"):
        raise QueryError("only a closed incident has a resolution time", "resolved_at")
    else:
        after.pop("resolved_at", None)


def _feed(after: Document, objects: Sequence[Mapping[str, Any]], target: str, key: str) -> None:
    """Has the names that the objects bring in the list where every dialect looks for them."""
    held = after.get(target, [])
    there = set(held)
    named = dict.fromkeys(name for each in objects if (name := each.get(key)) and isinstance(name, str))
    added = [name for name in named if name not in there]
    if added:
        after[target] = [*held, *added]


def stamped(document: Document, stamp: Mapping[str, Any]) -> Document:
    """The document with the gateway's own fields set; what is hidden stays last."""
    if stamp.keys() <= document.keys():
        return {**document, **stamp}
    hidden = {name: document[name] for name in HIDDEN if name in document}
    visible = {name: value for name, value in document.items() if name not in hidden}
    return {**visible, **stamp, **hidden}


def difference(before: Document, after: Document, rules: Rules) -> list[FieldChange]:
    """Every field that differs, by name; parts of `ext` each by its own. Bookkeeping is left out."""
    names = [name for name, value in before.items() if value != after.get(name)]
    names += [name for name in after if name not in before]
    changes = [
        FieldChange(name, before.get(name), after.get(name))
        for name in names
        if name != "ext" and name not in _BOOKKEEPING
    ]
    if before.get("ext") == after.get("ext"):
        return changes
    old, new, fields = _ext(before), _ext(after), rules.fields.fields
    changes += [FieldChange(path, was, now) for path, now, was in _leaves(new, old, fields) if was != now]
    gone = [(path, was) for path, was, now in _leaves(old, new, fields) if now is None]
    changes += [FieldChange(path, was, None) for path, was in gone]
    return [change for change in changes if change.field != rules.mark("changed_at")]


def _ext(document: Document) -> Document:
    return {"ext": document.get("ext", {})}


def _leaves(
    fields: Mapping[str, Any], other: Mapping[str, Any], catalogue: Mapping[str, Field], prefix: str = ""
) -> list[tuple[str, Any, Any]]:
    """(path, value, the other's value) of each field; only `ext` and its dialects are looked into."""
    result: list[tuple[str, Any, Any]] = []
    for name, value in fields.items():
        path, current = f"{prefix}{name}", other.get(name)
        if isinstance(value, dict) and (path == "ext" or path.startswith("ext.")) and path not in catalogue:
            result += _leaves(value, current if isinstance(current, dict) else {}, catalogue, f"{path}.")
        else:
            result.append((path, value, current))
    return result


def _pruned(fields: Mapping[str, Any], prefix: str, catalogue: Mapping[str, Field]) -> Document:
    kept: Document = {}
    for name, value in fields.items():
        path = f"{prefix}{name}"
        field = catalogue.get(path)
        if field is not None and field.read_only:
            continue
        inner = isinstance(value, dict) and (path == "ext" or path.startswith("ext.")) and field is None
        kept[name] = _pruned(value, f"{path}.", catalogue) if inner else value
    return kept


def _merged_deeply(before: Document, fields: Mapping[str, Any], path: str = "ext") -> Document:
    after = dict(before)
    for name, value in fields.items():
        held = before.get(name)
        if value is None:
            after.pop(name, None)
        elif isinstance(value, dict) and (isinstance(held, dict) or path == "ext"):
            after[name] = held if value == held else _merged_deeply(held or {}, value, f"{path}.{name}")
        else:
            after[name] = value
    return {name: value for name, value in after.items() if value != {}}


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_none(each) for name, each in value.items() if each is not None}
    return [_without_none(each) for each in value] if isinstance(value, list) else value


def _pairs(document: Document, where: str, first: str, second: str) -> list[str]:
    """`first` and `second` of each object joined, for filters on both at once; lists give a pair for each member.

    A label's name is in lower case, so that it is found whatever its case. Raises QueryError for one that is too long.
    """
    pairs: list[str] = []
    for each in document.get(where, ()):
        name, seconds = each.get(first, ""), each.get(second, "")
        for value in seconds if isinstance(seconds, list) else [seconds]:
            pairs.append(f"{name.lower() if where == 'labels' else name}{SEPARATOR}{value}")
    if any(length(pair) > LONGEST_PAIR for pair in pairs):
        raise QueryError(f"{first} and {second} have at most {LONGEST_PAIR - 1:,} characters together", where)
    return pairs
