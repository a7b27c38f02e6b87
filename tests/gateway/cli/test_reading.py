"""`search`, `get`, `stats` and the form of an export, against a gateway on a socket."""

import csv
from collections.abc import Callable
from typing import Any

import httpx2
import orjson
import pytest
from typer.testing import Result

from gateway.cli.filters import form

Ask = Callable[..., Result]

MADE = [
    {"_meta": {"id": "a"}, "title": "Disk [db-1] full", "severity": "low", "started_at": "2026-11-01", "unit": "sales"},
    {"_meta": {"id": "b"}, "title": "Odd logon", "severity": "high", "started_at": "2026-11-02", "unit": "sales"},
    {"_meta": {"id": "c:1"}, "title": "Disk slow", "severity": "high", "started_at": "2026-11-03", "tags": ["x", "y"],
     "assignee": {"name": "ann"}, "services": [{"name": "api"}, {"name": "web"}]},
]  # fmt: skip


@pytest.fixture
def held(ask: Ask, gateway_url: str, tenant: str) -> Ask:
    """Runs a command against a gateway that holds three incidents."""
    address = f"{gateway_url}/_im/incidents/bulkCreate?refresh=true"
    httpx2.post(address, json=MADE, headers={"X-Scope-OrgID": tenant}, timeout=60).raise_for_status()
    return ask


def rows(result: Result) -> list[list[str]]:
    """The cells of a table: they are apart by two spaces, and the id may be followed by an empty one."""
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        pytest.param([], ["c:1", "b", "a"], id="all, newest first"),
        pytest.param(["--sort", "severity,started_at:asc"], ["b", "c:1", "a"], id="in another order"),
        pytest.param(["--size", "1"], ["c:1"], id="some of them"),
        pytest.param(["--field", "unit:select:sales"], ["b", "a"], id="by a field"),
        pytest.param(["--search-query", '{"match": {"title": "disk"}}'], ["c:1", "a"], id="by a query"),
        pytest.param(["--start-time", "2026-11-02", "--end-time", "2026-11-02"], ["b"], id="by time"),
        pytest.param(["--field", "unit:select:none"], [], id="none"),
    ],
)
def test_a_search_shows_what_is_wanted(held: Ask, arguments: list[str], ids: list[str]) -> None:
    done = held("search", *arguments)
    [head, *body] = rows(done)
    assert (done.exit_code, head) == (0, ["id", "started_at", "severity", "status", "title"])
    assert [each[0] for each in body] == ids
    total = 3 if arguments[:1] in ([], ["--sort"], ["--size"]) else len(ids)
    assert done.stderr == f"{len(ids)} of {total}\n"


def test_a_search_shows_the_fields_that_are_named(held: Ask) -> None:
    done = held("search", "--fields", "title,tags,assignee.name,services.name,unit")
    assert rows(done) == [
        ["id", "title", "tags", "assignee.name", "services.name", "unit"],
        ["c:1", "Disk slow", "x, y", "ann", "api, web"],
        ["b", "Odd logon", "sales"],
        ["a", "Disk [db-1] full", "sales"],
    ]


def test_a_search_as_json_is_the_gateways_answer(held: Ask) -> None:
    page = orjson.loads(held("search", "--json", "--size", "2").stdout)
    assert (page["total_docs"], [each["_meta"]["id"] for each in page["docs"]]) == (3, ["c:1", "b"])
    assert page["docs"][1]["unit"] == "sales"
    page = orjson.loads(held("search", "--json", "--fields", "title", "--size", "1").stdout)
    assert [set(each) for each in page["docs"]] == [{"_meta", "title"}]


def test_one_incident_is_shown_whole(held: Ask) -> None:
    shown, compact = held("get", "c:1"), held("get", "c:1", "--json")
    incident = orjson.loads(shown.stdout)
    assert (incident["title"], incident["services"]) == ("Disk slow", [{"name": "api"}, {"name": "web"}])
    assert (orjson.loads(compact.stdout), compact.stdout.count("\n")) == (incident, 1)


@pytest.mark.parametrize(
    ("arguments", "shown", "said"),
    [
        pytest.param(
            ["severity"],
            [["critical", "0"], ["high", "2"], ["medium", "0"], ["low", "1"], ["info", "0"]],
            "of 3",
            id="every level of severity",
        ),
        pytest.param(["unit"], [["sales", "2"], ["(none)", "1"]], "of 3", id="a custom field"),
        pytest.param(["unit", "--field", "title:text:disk*"], [["sales", "1"], ["(none)", "1"]], "of 2", id="filtered"),
        pytest.param(
            ["tags", "--size", "1"], [["x", "1"], ["(none)", "2"]], "of 3, 1 of them by other values", id="cut"
        ),
    ],
)
def test_stats_count_by_a_field(held: Ask, arguments: list[str], shown: list[list[str]], said: str) -> None:
    done = held("stats", *arguments)
    assert (done.exit_code, rows(done), done.stderr) == (0, [[arguments[0], "count"], *shown], f"{said}\n")
    assert orjson.loads(held("stats", *arguments, "--json").stdout)["total_docs"] == int(said.split()[1].strip(","))


@pytest.mark.parametrize(
    ("fields", "sort", "expected"),
    [
        pytest.param(None, None, {}, id="nothing is said"),
        pytest.param("title,ext.v1.status", None, {"fields": ["title", "ext.v1.status"]}, id="fields"),
        pytest.param(
            None,
            "severity,started_at:asc",
            {"sort": [{"field": "severity"}, {"field": "started_at", "order": "asc"}]},
            id="an order",
        ),
    ],
)
def test_the_form_of_an_answer(fields: str | None, sort: str | None, expected: dict[str, Any]) -> None:
    assert form(fields, sort) == expected


def test_an_export_has_the_fields_and_the_order_that_are_named(held: Ask) -> None:
    done = held("export", "--format", "csv", "--fields", "severity,title", "--sort", "started_at:asc")
    head, *body = csv.reader(done.stdout.splitlines())
    assert (done.exit_code, head, [each[0] for each in body]) == (
        0,
        ["_id", "_type", "_version", "severity", "title"],
        ["a", "b", "c:1"],
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["get", "nobody"], '404: no incident "nobody"', id="an incident that is not there"),
        pytest.param(["stats", "colour"], '400: field: "colour" is no field to count by', id="a field that nobody has"),
        pytest.param(
            ["search", "--sort", "title:up"], "400: sort[0].order: 'asc' or 'desc' is wanted here", id="no order"
        ),
        pytest.param(["export", "--sort", "services"], "400: sort[0]", id="an export in an order that cannot be"),
    ],
)
def test_a_refusal_is_told_in_the_gateways_words(held: Ask, arguments: list[str], sentence: str) -> None:
    done = held(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"incident-gateway: the gateway answered {sentence}")
