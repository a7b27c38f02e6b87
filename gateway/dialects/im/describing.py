"""What there is to ask for: fields and what can be done with them, the configured words, the limits."""

from collections.abc import Collection, Iterator, Mapping
from importlib.metadata import version
from typing import Any

from gateway.incidents.model.vocabulary import Vocabulary
from gateway.settings import Settings
from queries.fields import RESULT_FIELDS, Columns, Field, Kind

Row = dict[str, Any]

_KINDS: Mapping[Kind, str] = {
    "text": "text", "keyword": "select", "whole": "number", "number": "number", "date": "date",
    "boolean": "boolean", "object": "object", "key": "text",
}  # fmt: skip
_LIMITS = (
    "body_limit", "bulk_limit", "search_window", "pits", "pit_keep_alive", "pit_max_keep_alive", "custom_fields",
)  # fmt: skip


def described(typed: Mapping[str, Field], own: Columns, several: Collection[str]) -> list[Row]:
    """A row for each field that documents can have, the typed ones first; of one's `own`, some hold `several` values.

    Of an object only its keys are searched, as texts, so that nothing is sorted or counted by them.
    """
    rows = [_row(field) | {"custom": False} for field in {**RESULT_FIELDS, **typed}.values()]
    fields = [Field(name, own[name].kind, name in several or own[name].kind == "object") for name in sorted(own)]
    return rows + [_row(field) | {"custom": True} for field in fields]


def _row(field: Field) -> Row:
    abilities = dict.fromkeys(("filterable", "sortable", "groupable"), field.indexed and field.kind != "object")
    shape = {"name": field.name, "kind": _KINDS[field.kind], "many": field.many, "read_only": field.read_only}
    return shape | abilities


def words(vocabulary: Vocabulary, settings: Settings) -> Row:
    """The gateway's version, severities most severe first, workflows with their statuses, limits."""
    return {
        "version": version("incident-gateway"),
        "severities": list(vocabulary.severities),
        "workflows": list(_workflows(vocabulary)),
        "limits": {name: getattr(settings, name) for name in _LIMITS},
    }


def _workflows(vocabulary: Vocabulary) -> Iterator[Row]:
    for name, statuses in vocabulary.workflows.items():
        yield {"id": name, "statuses": [{"name": status, "state": state} for status, state in statuses.items()]}
