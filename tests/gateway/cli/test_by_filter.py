"""`bulk-update --change` and `bulk-delete`: shown first, then done, and told."""

from collections.abc import Callable

import orjson
import pytest
from typer.testing import Result

Ask = Callable[..., Result]

LOW = ("--field", "severity:select:low")


@pytest.fixture
def low(ask: Ask) -> None:
    """Three low incidents, and one that is not."""
    rows = [{"_meta": {"id": f"i{at}"}, "title": f"{at}", "severity": "low" if at else "high"} for at in range(4)]
    given = b"".join(orjson.dumps(each) + b"\n" for each in rows)
    assert ask("bulk-create", "-", given=given).exit_code == 0


@pytest.mark.usefixtures("low")
def test_what_the_dry_run_finds_is_shown_before_it_is_asked(ask: Ask) -> None:
    done = ask("bulk-update", "--change", '{"status": "closed"}', *LOW, given=b"n\n")
    shown = [line.split()[0] for line in done.stdout.splitlines()[:4]]
    assert (done.exit_code, shown) == (2, ["id", "i1", "i2", "i3"])
    assert 'Set {"status":"closed"} in 3 incidents, of which 3 are shown? [y/N]' in done.stderr
    assert done.stderr.endswith("incident-gateway: nothing was done\n")
    assert orjson.loads(ask("get", "i1", "--json").stdout)["status"] == "new"


@pytest.mark.usefixtures("low")
def test_once_it_is_agreed_to_it_is_done(ask: Ask) -> None:
    done = ask("bulk-update", "--change", '{"status": "closed"}', *LOW, given=b"y\n")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "updated: 3")
    statuses = [orjson.loads(ask("get", f"i{at}", "--json").stdout)["status"] for at in range(4)]
    assert statuses == ["new", "closed", "closed", "closed"]


@pytest.mark.usefixtures("low")
def test_what_fails_is_told_and_the_exit_code_says_so(ask: Ask) -> None:
    done = ask("bulk-update", "--change", '{"resolved_at": "2026-11-01"}', "--yes", *LOW)
    assert (done.exit_code, done.stdout) == (1, "failed: 3\n")
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["i1", "i2", "i3"]


def test_what_no_incident_takes_is_refused_before_it_is_asked(ask: Ask) -> None:
    done = ask("bulk-update", "--change", '{"status": "odd"}', "--yes", *LOW)
    assert (done.exit_code, done.stdout) == (2, "")
    assert 'change.status: no workflow has a status "odd"' in done.stderr


@pytest.mark.usefixtures("low")
def test_deleted_by_a_filter_and_told_as_json(ask: Ask) -> None:
    done = ask("bulk-delete", "--yes", "--json", *LOW)
    assert (done.exit_code, orjson.loads(done.stdout)) == (0, {"results": {"deleted": 3}, "failures": []})
    assert [ask("get", f"i{at}").exit_code for at in range(4)] == [0, 2, 2, 2]


@pytest.mark.usefixtures("low")
def test_deleted_by_a_file_of_ids(ask: Ask) -> None:
    done = ask("bulk-delete", "-", given=b'{"delete": {"_id": "i1"}}\n{"_meta": {"id": "nobody"}}\n')
    assert (done.exit_code, done.stdout) == (1, "items: 2\nwith status 200: 1\nwith status 404: 1\n")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        pytest.param(("bulk-update",), "bulk-update takes either a file", id="nothing to change"),
        pytest.param(("bulk-update", "-", *LOW), "bulk-update takes either a file", id="a file and a filter"),
        pytest.param(("bulk-update", "--change", "x"), "--change: x is not JSON", id="a change that is no JSON"),
        pytest.param(("bulk-update", "--change", "[]"), "--change is a JSON object", id="a change that is a list"),
        pytest.param(("bulk-delete",), "bulk-delete takes either a file", id="no word of what to delete"),
        pytest.param(("bulk-delete", "-", "--yes"), "bulk-delete takes either a file", id="a file with --yes"),
    ],
)
def test_what_makes_no_sense_is_refused(ask: Ask, words: tuple[str, ...], reason: str) -> None:
    done = ask(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"incident-gateway: {reason}")
