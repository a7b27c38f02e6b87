"""Deployments told as older senders do, which are changes here."""

from typing import Any

import pytest

from tests.clock import Clock
from tests.dialects.bigpanda.acts import answer, refused
from tests.dialects.bigpanda.calls import NOW, Client, Json
from tests.dialects.bigpanda.change_calls import CHANGES

pytestmark = pytest.mark.anyio

PATH = "/data/events/deployments"
SENT: Json = {"component": "billing", "version": "1.2", "hosts": ["a"]}


async def tell(client: Client, what: str, headers: dict[str, str] | None = None, **fields: Any) -> Json:
    """The change that a deployment is, once its start or end was told."""
    status, body = answer(await client.post(f"{PATH}/{what}", json=SENT | fields, headers=headers))
    assert (status, body["status"], list(body["data"])) == (200, 200, ["change_id"])
    change: Json = (await client.get(f"{CHANGES}/{body['data']['change_id']}")).json()
    return {name: value for name, value in change.items() if name != "id"}


def shown(identifier: str = "billing__1.2", app_key: str = "deployments", **fields: Any) -> Json:
    """A deployment that was started, as a change."""
    return {
        "source_system": f"api.{app_key}", "identifier": identifier, "status": "In Progress", "summary": "billing 1.2",
        "start": NOW, "end": None, "ticket_url": None, "tags": {"component": "billing", "version": "1.2"},
        "metadata": {"hosts": ["a"]}, **fields,
    }  # fmt: skip


async def test_a_start_and_an_end_are_one_change(shared: Client, clock: Clock) -> None:
    assert await tell(shared, "start", source_system="ansible", env="live") == shown(
        tags={"component": "billing", "version": "1.2", "env": "live", "source_system": "ansible"}
    )
    clock.move(seconds=30)
    assert await tell(shared, "start", hosts="b", description="faster") == shown(
        summary="faster",
        tags={"component": "billing", "version": "1.2", "env": "live", "source_system": "ansible"},
        metadata={"hosts": ["a", "b"]},
    )
    clock.move(seconds=30)
    done = await tell(shared, "end", status="failure", errorMessage="it broke")
    assert (done["status"], done["start"], done["end"], done["summary"]) == ("Done", NOW, NOW + 60, "faster")
    assert done["metadata"] == {"hosts": ["a", "b"], "status": "failure", "errorMessage": "it broke"}
    query = {"start_time_frame": "0", "search": "faster"}
    assert [each["identifier"] for each in (await shared.get(CHANGES, params=query)).json()["results"]] == [
        "billing__1.2"
    ]
    clock.move(seconds=30)
    assert await tell(shared, "start") == shown(start=NOW + 90)


@pytest.mark.parametrize(
    ("what", "fields", "expected"),
    [
        pytest.param("start", {"version": 1.3}, {"identifier": "billing__1.3"}, id="a version by number"),
        pytest.param("start", {"version": "a", "hosts": "b"}, {"metadata": {"hosts": ["b"]}}, id="one host"),
        pytest.param("start", {"version": "b", "timestamp": 0}, {"start": 0}, id="a time"),
        pytest.param("start", {"version": "c", "timestamp": f"{NOW}.5"}, {"start": NOW}, id="a time as text"),
        pytest.param(
            "start", {"version": "d", "n": {"a": [1]}}, {"metadata": {"n": {"a": [1]}, "hosts": ["a"]}}, id="more"
        ),
        pytest.param(
            "end",
            {"version": "e", "timestamp": NOW},
            {"status": "Done", "start": NOW, "end": NOW, "metadata": {"status": "success", "hosts": ["a"]}},
            id="an end alone",
        ),
        pytest.param(
            "end", {"version": "f", "status": "FAILURE"}, {"metadata": {"status": "failure", "hosts": ["a"]}}, id="case"
        ),
        pytest.param("start", {"app_key": "k"}, {"source_system": "api.k"}, id="an app key in the body"),
    ],
)
async def test_what_becomes_of_a_deployment(shared: Client, what: str, fields: Json, expected: Json) -> None:
    change = await tell(shared, what, **fields)
    assert {name: change[name] for name in expected} == expected


async def test_the_header_says_which_integration_goes_before_the_body(shared: Client) -> None:
    change = await tell(shared, "start", {"x-bp-app-key": "header"}, app_key="body")
    assert change["source_system"] == "api.header"


@pytest.mark.parametrize(
    ("what", "fields", "where"),
    [
        *(pytest.param("start", {name: None}, name, id=f"no {name}") for name in ("component", "version", "hosts")),
        pytest.param("start", {"component": " "}, "component", id="white space"),
        pytest.param("start", {"component": "c" * 121}, "component", id="too long a name"),
        pytest.param("start", {"hosts": []}, "hosts", id="no host"),
        pytest.param("start", {"hosts": ["a", 5]}, "hosts[1]", id="a number among hosts"),
        pytest.param("start", {"timestamp": "soon"}, "timestamp", id="no time"),
        pytest.param("end", {"status": "over"}, "status", id="no outcome"),
    ],
)
async def test_deployments_that_are_refused(shared: Client, what: str, fields: Json, where: str) -> None:
    sent = {name: value for name, value in (SENT | fields).items() if value is not None}
    status, body = answer(await shared.post(f"{PATH}/{what}", json=sent))
    assert (status, body["errors"][0].partition(":")[0]) == (400, where)


async def test_without_a_name_no_integration_is_meant(shared: Client) -> None:
    expected = refused(400, "x-bp-app-key: an app key of 1 to 512 characters is wanted")
    assert answer(await shared.post(f"{PATH}/start", json=SENT, headers={"x-bp-app-key": " "})) == expected
