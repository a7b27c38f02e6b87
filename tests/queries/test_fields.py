"""The catalogue of typed fields is the index template's: every name, under the type it claims."""

from typing import Any

import pytest

import index_templates
from queries.fields import (
    FIELDS,
    HIDDEN,
    LONG_FIELDS,
    LONG_TEXTS,
    OBJECTS,
    RESERVED,
    RESULT_FIELDS,
    TYPED_COLUMNS,
    Column,
    Field,
    Kind,
)

WHOLE = {"type": "keyword", "ignore_above": 8191}
MAPPED: dict[Kind, list[dict[str, Any]]] = {
    "text": [{"type": "text", "fields": {"keyword": WHOLE}}],
    "keyword": [WHOLE],
    "whole": [{"type": "long"}],
    "number": [{"type": "double"}],
    "date": [{"type": "date", "format": "strict_date_optional_time||epoch_millis"}],
    "boolean": [{"type": "boolean"}],
    "object": [{"type": "flat_object"}],
}


def mappings() -> dict[str, Any]:
    found: dict[str, Any] = index_templates.load("incidents")["template"]["mappings"]
    return found


def mapped(name: str, within: dict[str, Any]) -> dict[str, Any]:
    for part in name.split("."):
        within = within["properties"][part]
    return within


def leaves(mapping: dict[str, Any], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, column in mapping["properties"].items():
        inner = "properties" in column
        found |= leaves(column, f"{prefix}{name}.") if inner else {prefix + name}
    return found


@pytest.mark.parametrize("field", [pytest.param(each, id=each.name) for each in {**FIELDS, **RESULT_FIELDS}.values()])
def test_mapped_as_the_catalogue_says(field: Field) -> None:
    assert mapped(field.name, mappings()) in MAPPED[field.kind]


def test_every_mapped_name_is_in_the_catalogue() -> None:
    long = {f"{LONG_TEXTS}.{name}" for name in LONG_FIELDS}
    assert leaves(mappings()) == {*FIELDS, *RESULT_FIELDS, *HIDDEN, "tenant", *long} - {LONG_TEXTS}


def test_a_field_that_both_kinds_have_is_of_one_type() -> None:
    both = FIELDS.keys() & RESULT_FIELDS.keys()
    assert {name: FIELDS[name].kind for name in both} == {name: RESULT_FIELDS[name].kind for name in both}


def test_names_that_no_custom_field_takes() -> None:
    top = {name.partition(".")[0] for name in leaves(mappings())}
    assert top | {"ext"} == {name for name in FIELDS if "." not in name} | OBJECTS | RESERVED


@pytest.mark.parametrize(
    ("name", "column"),
    [
        pytest.param("title", Column("title.keyword", "text", "title.keyword"), id="text is its whole value"),
        pytest.param("severity", Column("severity", "keyword", "severity_rank"), id="severity sorts by rank"),
        pytest.param("assignee.id", Column("assignee.id", "keyword", "assignee.id"), id="a member of an object"),
        pytest.param("result_id", Column("result_id", "keyword", "result_id"), id="a result's own field"),
    ],
)
def test_columns(name: str, column: Column) -> None:
    assert TYPED_COLUMNS[name] == column
