"""The drill of docs/operating.md, line by line: a snapshot, everything gone, and everything back."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.conftest import Serve

pytestmark = pytest.mark.anyio

Client = httpx2.AsyncClient
GUIDE = Path(__file__).parents[2] / "docs" / "operating.md"
SECRET = {"secret": "of the drill, thirty-two bytes or more"}
READS = (
    "/incidents/a",
    "/incidents/b/notes",
    "/incidents/b/alerts",
    "/incidents/a/activities",
    "/incidents?sort=title",
)


def steps(tenant: str) -> dict[str, str]:
    """The commands of the guide by what stands before each, with this tenant for all of them."""
    drill = GUIDE.read_text().partition("### The drill\n")[2].partition("\n#")[0]
    lines = re.sub(r"\\\n\s*", "", drill)
    told = lines.replace("im-*", f"im-registry,im-*-{tenant}*").replace("backup", f"drill-{tenant}")
    return dict(re.findall(r"# (.+)\n\s+(curl .+)", told))


@pytest.fixture
def drill(opensearch_url: str, tenant: str) -> Iterator[Callable[[str], None]]:
    """Does a step of the guide."""
    commands = steps(tenant)

    def done(step: str) -> None:
        environment = {"ENGINE": opensearch_url, "PATH": "/usr/bin:/bin"}
        subprocess.run(["sh", "-ec", commands[step]], env=environment, check=True, capture_output=True, timeout=60)

    yield done
    httpx2.delete(f"{opensearch_url}/_snapshot/drill-{tenant}/1", timeout=60)
    httpx2.delete(f"{opensearch_url}/_snapshot/drill-{tenant}", timeout=60)


async def fill(client: Client) -> None:
    for path, body in (
        ("a", {"title": "one", "own": 1}),
        ("b", {"title": "two"}),
        ("b/notes", {"body": "seen"}),
        ("b/alerts", {"alert_id": "x", "status": "critical"}),
    ):
        (await client.post(f"/_im/incidents/{path}?refresh=true", json=body)).raise_for_status()


async def read(client: Client) -> list[Any]:
    """What `_im`, Incidents v1 and Log360 show."""
    paths = [f"/_im{path}" for path in READS]
    answers = [await client.get(path) for path in paths]
    answers += [await client.get(f"/v1/incidents/{answers[0].json()['numeric_id']}")]
    return [(each.raise_for_status(), each.json())[1] for each in answers]


async def test_everything_lost_is_back_from_the_snapshot(
    serve: Serve, drill: Callable[[str], None], opensearch_url: str
) -> None:
    async with serve(**SECRET) as client:
        await fill(client)
        before = await read(client)
        pit = (await client.get("/_im/incidents/pit")).json()["id"]
        number = (await client.get("/_im/incidents/b")).json()["numeric_id"]
    for step in ("once", "each day", "what is left goes", "the snapshot comes back"):
        drill(step)
    async with serve(**SECRET) as client:
        assert await read(client) == before
        gone = await client.post("/_im/incidents_full_types", json={"pit": pit})
        assert (gone.status_code, gone.json()["error"]["type"]) == (410, "pit_expired")
        made = await client.post("/_im/incidents/c", json={"title": "three"})
        assert made.json()["numeric_id"] > number
        assert (await client.get("/readyz")).json()["registry"]


async def test_a_registry_that_is_lost_is_told_until_keys_are_made(
    serve: Serve, opensearch_url: str, tenant: str
) -> None:
    async with serve() as client:
        await fill(client)
    async with serve(auth="keys", headers={}, probe_timeout=60) as client, Client(base_url=opensearch_url) as engine:
        (await engine.delete("/im-registry")).raise_for_status()
        answers = [(await client.get("/readyz"))]
        (await engine.put("/im-registry")).raise_for_status()
        answers.append(await client.get("/readyz"))
        key = {"kind": "key", "tenant": tenant, "name": "n", "key_id": "0" * 16, "scopes": ["read"], "digest": "-"}
        entry = key | {"created_at": "2026-01-01T00:00:00.000Z"}
        (await engine.put(f"/im-registry/_doc/key:{tenant}?refresh=true", json=entry)).raise_for_status()
        answers.append(await client.get("/readyz"))
        (await engine.delete(f"/im-registry/_doc/key:{tenant}?refresh=true")).raise_for_status()
    assert [(each.status_code, each.json()["registry"], each.json().get("missing")) for each in answers] == [
        (503, False, "im-registry is not there; the next write makes it"),
        (503, False, "im-registry was lost, and the keys with it: make keys anew, or restore it from a snapshot"),
        (200, True, None),
    ]
