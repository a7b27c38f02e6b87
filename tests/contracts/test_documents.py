"""What a document may hold, whichever dialect and whichever write makes it or lets it grow: a 400 at the place."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import live
from tests.contracts.test_bodies import V1
from tests.dialects.im.calls import IM, Client, answer

pytestmark = pytest.mark.anyio

KIB = 2**10
SMALL: dict[str, Any] = {
    "document_bytes": 4 * KIB,
    "document_values": 200,
    "document_names": 50,
    "field_values": 20,
    "alert_bytes": KIB,
    "incident_alerts": 300,
}
LONG = "x" * 5000
V2 = {"name": "n", "severity": "critical"}
SEARCH = f"{IM}/incidents_full_types"
INCIDENT, RESULT, BULK = f"{IM}/incidents/a", f"{IM}/aggregations/results/a/r", f"{IM}/incidents/bulkUpdate"
EVENT = {"app_key": "k", "status": "critical", "host": "h"}
BIG_CHANGE = {
    "identifier": "c",
    "status": "Done",
    "summary": "s",
    "start": 1_760_000_000,
    "metadata": {"a": LONG},
}
MANY_WORDS = {
    "name": "t",
    "type": "ClosedListValuesMulti",
    "config": {"incident_tag_values": [f"{'w' * 100}{n}" for n in range(50)]},
}
BESIDE = {f"t{number}": ["y" * 90] * 2 for number in range(9)}


@pytest.fixture
async def client(opensearch_url: str, tenant: str) -> AsyncIterator[Client]:
    """A client of a gateway whose limits are low, and two incidents and a result."""
    async with live(create_app(load(opensearch_url=opensearch_url, **SMALL))) as opened:
        opened.headers |= {"X-Scope-OrgID": tenant, "User-ID": "u", "x-bp-app-key": "k"}
        for each in ("a", "b"):
            assert (await opened.post(f"{IM}/incidents/{each}", json={"title": each})).status_code == 201
        assert (await opened.post(RESULT, json={"title": "r"})).status_code == 201
        yield opened


Write = tuple[str, str, Any]

REFUSED: dict[str, tuple[Write, str]] = {
    "bytes of a new incident": (("POST", f"{IM}/incidents", {"title": LONG}), "title"),
    "bytes of a change": (("PUT", INCIDENT, {"description": LONG}), "description"),
    "of a custom field": (("PUT", INCIDENT, {"mine": [LONG[:1000] + str(n) for n in range(5)]}), "mine"),
    "of an object": (("PUT", INCIDENT, {"evidence": {str(n): "x" * 50 for n in range(99)}}), "evidence"),
    "of a note": (("POST", f"{INCIDENT}/notes", {"body": LONG}), "comment"),
    "of a result": (("POST", f"{IM}/aggregations/results/a/s", {"title": LONG}), "title"),
    "of a result's change": (("PUT", RESULT, {"comment": LONG}), "comment"),
    "of an alert": (("POST", f"{INCIDENT}/alerts", {"description": "x" * 1100}), ""),
    "of one among alerts": (("POST", f"{INCIDENT}/alerts", [{}, {"description": "x" * 1100}]), "[1]"),
    "of v1's metadata": (("POST", "/v1/incidents", V1 | {"metadata": {"a": LONG}}), "ext"),
    "of a scan report": (
        ("POST", "/v1/scan-reports", {"source": "s", "createdAt": "2026-01-01T00:00:00Z", "payload": LONG}),
        "payload",
    ),
    "of Log360's description": (("POST", "/api/v2/incident", V2 | {"description": LONG}), "description"),
    "of Log360's notes": (("POST", "/api/v2/incident", V2 | {"notes": [LONG]}), "notes[0]"),
    "of BigPanda's comment": (
        ("POST", "/resources/v2.0/environments/e/incidents/HEX/comments", {"comment": LONG}),
        "comment",
    ),
    "alerts of an incident": (("POST", f"{INCIDENT}/alerts", [{}] * 301), ""),
    "of its change": (("POST", "/data/changes", BIG_CHANGE), "a change may have"),
    "of its tags' definitions": (("POST", "/resources/v2.0/incidents/tags/definitions", MANY_WORDS), "config"),
    "of BigPanda's alert": (("POST", "/data/v2/alerts", EVENT | BESIDE), ""),
    "values of a field": (("PUT", INCIDENT, {"tags": ["t"] * 21}), "tags"),
    "of a custom one": (("PUT", INCIDENT, {"mine": list(range(21))}), "mine"),
    "values in an object": (("PUT", INCIDENT, {"evidence": {"a": list(range(201))}}), ""),
    "values of all fields": (("PUT", INCIDENT, {f"f{n}": list(range(19)) for n in range(11)}), ""),
    "names of fields": (("POST", f"{IM}/incidents", {"title": "t", **{f"f{n}": 1 for n in range(50)}}), ""),
    "services": (("POST", "/v1/incidents", V1 | {"services": [{"name": "s"}] * 21}), "services"),
    "values of a result's field": (("PUT", RESULT, {"comparison_fields": ["c"] * 21}), "comparison_fields"),
}


@pytest.mark.parametrize(("write", "where"), REFUSED.values(), ids=REFUSED)
async def test_a_write_over_a_limit(client: Client, write: Write, where: str) -> None:
    method, path, body = write
    if "HEX" in path:
        environment = answer(await client.post("/resources/v2.0/environments", json={"name": "e"}))["id"]
        path = path.replace("/e/", f"/{environment}/").replace("HEX", answer(await client.get(INCIDENT))["hex_id"])
    before = [(await client.get(each)).json() for each in (INCIDENT, f"{IM}/incidents/b")]
    response = await client.request(method, path, json=body)
    assert response.status_code == 400, response.text
    assert where in response.text
    assert [(await client.get(each)).json() for each in (INCIDENT, f"{IM}/incidents/b")] == before
    await client.put(f"{IM}/incidents/b?refresh=true", json={"reviewer": "alice"})
    assert answer(await client.post(SEARCH, json={"with_total_docs": True}))["total_docs"] == 3


async def test_in_a_bulk_it_fails_alone(client: Client) -> None:
    lines = b"".join(
        b'{"update":{"_id":"%b"}}\n{"doc":{"description":"%b"}}\n' % each
        for each in ((b"a", b"x" * 5000), (b"b", b"short"))
    )
    response = answer(await client.post(BULK, content=lines, headers={"Content-Type": "application/x-ndjson"}))
    first, second = (each["update"] for each in response["items"])
    assert (first["status"], first["error"]["type"]) == (400, "document_too_large")
    assert first["error"]["where"] == "line 1.description"
    assert second["status"] == 200


def _field(number: int) -> Write:
    return "PUT", INCIDENT, {f"f{number}": "x" * 900}


def _alert(number: int) -> Write:
    tags = [{"name": f"t{number}", "value": [f"v{value}" for value in range(30)]}]
    return "POST", f"{INCIDENT}/alerts", {"alert_id": f"e{number}", "tags": tags}


def _extension(number: int) -> Write:
    return "POST", f"{INCIDENT}/alerts", {"alert_id": "e", "ext": {"log360": {f"k{number}": "x" * 300}}}


def _deployment(number: int) -> Write:
    sent = {"app_key": "k", "component": "c", "version": "1", "hosts": ["h"], f"said{number}": "x" * 1000}
    return "POST", "/data/events/deployments/start", sent


_GROWING = {
    "fields of an incident": _field,
    "tags of its alerts": _alert,
    "an alert, part by part": _extension,
    "what is said of a deployment": _deployment,
}


@pytest.mark.parametrize("write", _GROWING.values(), ids=_GROWING)
async def test_many_small_writes_come_to_an_end(client: Client, write: Callable[[int], Write]) -> None:
    statuses = []
    for number in range(6):
        method, path, body = write(number)
        statuses.append((await client.request(method, path, json=body)).status_code)
    assert statuses[0] < 300
    assert statuses[-1] == 400
    assert statuses == sorted(statuses)


async def test_alerts_that_are_there_grow_no_further_than_new_ones(client: Client) -> None:
    path, values = f"{INCIDENT}/alerts", [f"v{value}" for value in range(30)]
    assert (await client.post(path, json=[{"alert_id": f"e{n}"} for n in range(4)])).status_code == 201
    tagged = [{"alert_id": f"e{n}", "tags": [{"name": f"t{n}", "value": values}]} for n in range(4)]
    assert [(await client.post(path, json=each)).status_code for each in tagged] == [201, 201, 201, 400]
    before = answer(await client.get(f"{path}?size=10"))["docs"]
    assert (await client.post(path, json=tagged)).status_code == 400
    assert answer(await client.get(f"{path}?size=10"))["docs"] == before
    assert (await client.post(path, json=tagged[0] | {"tags": []})).status_code == 201
    assert (await client.post(path, json=tagged[3])).status_code == 201


async def _alerts(client: Client, incident: str) -> None:
    tags = [{"name": incident, "value": [f"v{value}" for value in range(30)]}]
    alerts = [{"alert_id": f"{incident}{n}", "tags": [{**tags[0], "name": f"{incident}{n}"}]} for n in range(2)]
    assert (await client.post(f"{IM}/incidents/{incident}/alerts", json=alerts)).status_code == 201


async def _fields(client: Client, incident: str) -> None:
    fields = {f"{incident}{n}": "x" * 900 for n in range(3)}
    assert (await client.put(f"{IM}/incidents/{incident}", json=fields)).status_code == 200


@pytest.mark.parametrize("fill", [_alerts, _fields], ids=["their alerts", "their fields"])
async def test_incidents_that_would_be_too_large_together_are_not_merged(
    client: Client, fill: Callable[[Client, str], Awaitable[None]]
) -> None:
    for each in ("a", "b"):
        await fill(client, each)
    before = [(await client.get(f"{IM}/incidents/{each}")).json() for each in ("a", "b")]
    refused = await client.post(f"{INCIDENT}/merge", json={"sources": ["b"]})
    assert (refused.status_code, refused.json()["error"]["where"]) == (400, "sources")
    assert "merged, they would be too large" in refused.text
    assert [(await client.get(f"{IM}/incidents/{each}")).json() for each in ("a", "b")] == before


async def test_many_changes_of_one_incident_are_told_of_in_versions_that_each_hold_a_part(client: Client) -> None:
    many = 40
    large = {"title": "t", "ext": {"v1": {"metadata": {"text": "x" * 3000}}}}
    await client.post(f"{IM}/incidents/large", json=large)
    lines = (
        b'{"_meta":{"id":"large"},"description":"%d","ext":{"v1":{"metadata":{"n":%d}}}}' % (n, n) for n in range(many)
    )
    sent = b"\n".join([*lines, b""])
    made = answer(await client.post(BULK, content=sent, headers={"Content-Type": "application/x-ndjson"}))
    assert [each["update"]["status"] for each in made["items"]] == [200] * many
    assert 4 < len({each["update"]["version"] for each in made["items"]}) < many
    told = answer(await client.get(f"{IM}/incidents/large/activities?size=100"))
    assert told["total_docs"] == many + 1


async def test_what_is_over_a_limit_already_may_shrink(opensearch_url: str, client: Client) -> None:
    async with live(create_app(load(opensearch_url=opensearch_url))) as roomy:
        roomy.headers |= client.headers
        assert (await roomy.put(INCIDENT, json={"description": LONG, "comment": LONG})).status_code == 200
    assert (await client.put(INCIDENT, json={"reviewer": "alice"})).status_code == 400
    assert (await client.put(INCIDENT, json={"comment": None})).status_code == 200
    assert (await client.put(INCIDENT, json={"description": "short"})).status_code == 200
    assert (await client.put(INCIDENT, json={"reviewer": "alice"})).status_code == 200
