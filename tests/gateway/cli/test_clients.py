import csv
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from typer.testing import Result

from gateway.cli.filters import additional_field

Ask = Callable[..., Result]


def lines(*documents: object) -> bytes:
    return b"".join(orjson.dumps(each) + b"\n" for each in documents)


def named(incident_id: str, **fields: object) -> dict[str, object]:
    return {"_meta": {"id": incident_id}, **fields}


def test_a_bulk_says_what_became_of_its_items(ask: Ask, tmp_path: Path) -> None:
    made = tmp_path / "made.ndjson"
    made.write_bytes(lines(*(named(f"i{i}", title="disk full", severity="high" if i else "odd") for i in range(3))))
    done = ask("bulk-create", made)
    assert (done.exit_code, done.stdout) == (1, "items: 3\nwith status 201: 2\nwith status 400: 1\n")
    assert done.stderr == 'i0: line 1.severity: no severity "odd"; there are critical, high, medium, low, info\n'


def test_a_bulk_in_which_all_is_well_ends_well(ask: Ask) -> None:
    done = ask("bulk-create", "-", given=lines({"title": "disk full"}))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "items: 1\nwith status 201: 1\n", "")


def test_a_bulk_shows_the_whole_answer_as_json(ask: Ask) -> None:
    assert ask("bulk-create", "-", given=lines(named("i1", title="disk full"))).exit_code == 0
    done = ask("bulk-update", "-", "--json", given=lines(named("i1", priority="p1"), named("i2", priority="p1")))
    answer = orjson.loads(done.stdout)
    items = [(each["update"]["_id"], each["update"]["status"]) for each in answer["items"]]
    assert (done.exit_code, answer["errors"], items) == (1, True, [("i1", 200), ("i2", 404)])


def test_many_failures_are_counted_and_some_are_shown(ask: Ask) -> None:
    done = ask("bulk-update", "-", given=lines(*(named(f"i{i}", priority="p1") for i in range(25))))
    assert (done.exit_code, done.stdout) == (1, "items: 25\nwith status 404: 25\n")
    assert done.stderr.splitlines()[9:] == ['i9: line 10: no document "i9"', "and 15 more"]


def test_too_large_a_file_is_refused(ask: Ask, tmp_path: Path) -> None:
    large = tmp_path / "large.ndjson"
    large.write_bytes(b"\n" * (2**20 + 1))
    done = ask("bulk-create", large)
    refusal = "incident-gateway: the gateway answered 413: the body may be at most 1,048,576 bytes\n"
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", refusal)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("title:text:disk*", ("title", "text", "disk*"), id="text"),
        pytest.param("at:text:12:30", ("at", "text", "12:30"), id="text with colons"),
        pytest.param("risk:number:7", ("risk", "number", "7"), id="a number"),
        pytest.param('risk:number:{"gte":7}', ("risk", "number", {"gte": 7}), id="a range of numbers"),
        pytest.param("unit:select:sales", ("unit", "select", "sales"), id="one of a list"),
        pytest.param("tags:multiselect:a,b", ("tags", "multiselect", ["a", "b"]), id="several of a list"),
    ],
)
def test_a_filter_on_a_field(text: str, expected: tuple[str, str, object]) -> None:
    assert additional_field(text) == dict(zip(("name", "type", "value"), expected, strict=True))


def test_an_export_holds_what_the_filters_ask_for(ask: Ask, tmp_path: Path) -> None:
    made = [named("i1", title="disk full", risk=9), named("i2", title="disk full", risk=1), named("i3", title="odd")]
    assert ask("bulk-create", "-", given=lines(*made)).exit_code == 0
    output = tmp_path / "out.ndjson"
    query = '{"match": {"title": "disk"}}'
    filters = ["--search-query", query, "--start-time", "now-1d", "--field", 'risk:number:{"gt": 5}']
    done = ask("export", "--output", output, "--incidents-only", "--json", *filters)
    assert (done.exit_code, orjson.loads(done.stdout)) == (0, {"complete": True, "count": 1, "reason": None})
    assert [orjson.loads(each)["_meta"]["id"] for each in output.read_bytes().splitlines()] == ["i1"]


def test_an_export_to_standard_output_is_nothing_but_documents(ask: Ask) -> None:
    assert ask("bulk-create", "-", given=lines(named("i1", title='odd "\nname'))).exit_code == 0
    done = ask("export", "--format", "csv")
    head, row = csv.reader(done.stdout.splitlines(keepends=True))
    assert (done.exit_code, done.stderr) == (0, "documents written: 1\n")
    assert dict(zip(head, row, strict=True))["title"] == 'odd "\nname'


def test_a_refused_export_leaves_the_file_as_it_was(ask: Ask, tmp_path: Path) -> None:
    output = tmp_path / "out.ndjson"
    output.write_text("kept")
    done = ask("export", "--output", output, "--search-query", '{"script": {}}')
    refusal = 'the gateway answered 400: search_query.script: the query "script" is not allowed'
    assert (done.exit_code, done.stdout, output.read_text()) == (2, "", "kept")
    assert done.stderr.startswith(f"incident-gateway: {refusal}")
