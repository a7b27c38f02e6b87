"""What the dialects add to the shared documents: each field once, and mapped as it is declared."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from gateway.dialects import DIALECTS, EXTENSIONS
from gateway.incidents.model.rules import rules
from gateway.incidents.model.vocabulary import Vocabulary
from gateway.store.templates import composed
from queries.budgets import Budget
from queries.costs import spend
from queries.fields import FIELDS, RESULT_FIELDS, Field, catalogue
from queries.guest import guest
from tests.queries.test_fields import MAPPED, leaves, mapped

UNINDEXED: dict[str, Any] = {"type": "object", "enabled": False}
DECLARED = [field for extension in EXTENSIONS for field in extension.fields]
OF_ALERTS = [field for extension in EXTENSIONS for field in extension.alert_fields or ()]


def ext(name: str) -> dict[str, Any]:
    """The columns of the extensions in the template of that name."""
    found: dict[str, Any] = composed(name, EXTENSIONS)["template"]["mappings"]["properties"]["ext"]
    return {"properties": {"ext": found}}


@pytest.mark.parametrize("clause", ["query_string", "simple_query_string"])
def test_the_beginning_of_a_word_may_be_looked_for_in_every_field(clause: str) -> None:
    """As front-ends send it for what stands in their search box."""
    columns, now = catalogue(DECLARED).columns, datetime(2026, 11, 26, tzinfo=UTC)
    sent = {clause: {"query": "disk*", "fields": ["*"], "analyze_wildcard": True}}
    spend(guest(sent, now=now, columns=columns), Budget())


ROWS = [
    pytest.param(name, field, id=f"{name}: {field.name}")
    for name, fields in (("incidents", DECLARED), ("events", OF_ALERTS))
    for field in fields
]


@pytest.mark.parametrize(("name", "field"), ROWS)
def test_mapped_as_declared(name: str, field: Field) -> None:
    assert mapped(field.name, ext(name)) in (MAPPED[field.kind] if field.indexed else [UNINDEXED])


@pytest.mark.parametrize(
    ("name", "fields", "free"),
    [
        pytest.param("incidents", DECLARED, set[str](), id="of incidents, and no other is"),
        pytest.param(
            "events",
            OF_ALERTS,
            {f"ext.{extension.name}" for extension in EXTENSIONS if extension.alert_fields is None},
            id="of alerts, and those of the rest are free",
        ),
    ],
)
def test_all_are_mapped(name: str, fields: list[Field], free: set[str]) -> None:
    assert leaves(ext(name)) == {field.name for field in fields} | free


def test_each_is_declared_once_in_its_own_part() -> None:
    names = [field.name for field in DECLARED]
    assert len(set(names)) == len(names)
    assert not {*names} & {*FIELDS, *RESULT_FIELDS}
    for extension in EXTENSIONS:
        fields = (*extension.fields, *(extension.alert_fields or ()))
        assert all(field.name.startswith(f"ext.{extension.name}.") for field in fields)


def test_an_extension_alone_rises_the_version_by_its_own() -> None:
    versions = [composed("incidents", EXTENSIONS[:count])["_meta"]["revision"] for count in range(len(EXTENSIONS) + 1)]
    assert [after - before for before, after in pairwise(versions)] == [extension.version for extension in EXTENSIONS]


def test_the_rules_know_them() -> None:
    found = rules(Vocabulary(("low",), {"default": {"new": "open"}}), EXTENSIONS)
    assert (found.alerting, found.raw_status, found.feeding) == (
        "bigpanda",
        frozenset({"ext.v1.status", "ext.log360.status"}),
        (("ext.actian.metrics", "metric_names", "metric_name"),),
    )
    assert found.fields == catalogue(DECLARED)


def test_one_keeps_the_marks_of_alerting() -> None:
    assert [each.name for each in EXTENSIONS if each.keeps_alerting] == ["bigpanda"]
    assert [dialect.name for dialect in DIALECTS if dialect.extension is None] == ["im"]
