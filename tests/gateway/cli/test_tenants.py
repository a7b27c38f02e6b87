from collections.abc import Callable
from typing import Any

import httpx2
import orjson
import pytest
from typer.testing import Result

from gateway.dialects.settings import load
from tests.serving import serving

Run = Callable[..., Result]

NOTHING = {"incidents": 0, "results": 0, "alerts": 0, "notes": 0, "activities": 0, "keys": 0}
FOR_EVER = {"retention": "none", "activity_retention": "none"}


@pytest.fixture
def filled(run: Run, opensearch_url: str, tenant: str) -> str:
    """A tenant with two incidents, a note, a result and a key."""
    with serving(load(opensearch_url=opensearch_url)) as url:
        headers = {"X-Scope-OrgID": tenant}
        for path, body in (
            ("incidents/a", {"title": "t"}),
            ("incidents/b", {"title": "t"}),
            ("incidents/a/notes", {"body": "seen"}),
            ("aggregations/results/r/1", {"title": "t"}),
        ):
            httpx2.post(f"{url}/_im/{path}", json=body, headers=headers, timeout=60).raise_for_status()
    assert run("key", "create", "--tenant", tenant, "--name", "ci", "--scope", "read").exit_code == 0
    return tenant


def shown(run: Run, tenant: str) -> dict[str, Any]:
    row: dict[str, Any] = orjson.loads(run("tenant", "show", tenant, "--json").stdout)
    return row


def test_what_tenants_have(run: Run, filled: str) -> None:
    row = shown(run, filled)
    assert row.pop("bytes") > 0
    counts = {"incidents": 2, "results": 1, "notes": 1, "activities": 3, "keys": 1}
    assert row == {"tenant": filled, **NOTHING, **counts, **FOR_EVER}
    listed = {each["tenant"]: each for each in orjson.loads(run("tenant", "list", "--json").stdout)}
    assert {name: value for name, value in listed[filled].items() if name != "bytes"} == row
    [line] = [each.split() for each in run("tenant", "list").stdout.splitlines() if filled in each]
    assert line[:9] == [filled, "2", "1", "0", "1", "3", "1", "none", "none"]
    first, second = run("tenant", "show", filled).stdout.splitlines()[:2]
    assert (first.split(), second.split()) == (["tenant", filled], ["incidents", "2"])


def test_a_tenant_is_deleted_with_all_that_it_has(run: Run, filled: str, opensearch_url: str) -> None:
    asked = run("tenant", "delete", filled, given=b"n\n")
    assert asked.exit_code == 1
    assert f"delete {filled} with 2 incidents and 1 keys?" in asked.stderr
    assert shown(run, filled)["incidents"] == 2
    done = run("tenant", "delete", filled, "--yes")
    assert (done.exit_code, done.stderr) == (0, f"tenant {filled} is deleted\n")
    for command in ("show", "delete"):
        again = run("tenant", command, filled)
        assert (again.exit_code, again.stderr) == (2, f'incident-gateway: no tenant "{filled}"\n')
    assert orjson.loads(run("key", "list", "--tenant", filled, "--json").stdout) == []
    left = httpx2.post(f"{opensearch_url}/_search", json={"query": {"term": {"tenant": filled}}}, timeout=60)
    assert left.json()["hits"]["total"]["value"] == 0


def test_another_tenant_stays(run: Run, filled: str, opensearch_url: str) -> None:
    other = f"{filled}-b"
    with serving(load(opensearch_url=opensearch_url, default_tenant=other)) as url:
        httpx2.post(f"{url}/_im/incidents/a", json={"title": "t"}, timeout=60).raise_for_status()
    assert run("tenant", "delete", other, "--yes").exit_code == 0
    assert shown(run, filled)["incidents"] == 2


def test_a_tenant_of_a_shape_of_its_own(run: Run, opensearch_url: str, tenant: str) -> None:
    made = [run("tenant", "create", tenant, "--shards", "2", "--replicas", "0") for _ in range(2)]
    assert [(each.exit_code, each.stderr) for each in made] == [
        (0, f"tenant {tenant} is made\n"),
        (2, f'incident-gateway: there is a tenant "{tenant}" already\n'),
    ]
    found = httpx2.get(f"{opensearch_url}/im-*-{tenant}.*/_settings?flat_settings=true", timeout=60).json()
    shapes = {
        index: [each["settings"][f"index.number_of_{what}"] for what in ("shards", "replicas")]
        for index, each in found.items()
    }
    assert shapes == {f"im-incidents-{tenant}.000001": ["2", "0"], f"im-events-{tenant}.000001": ["1", "0"]}
