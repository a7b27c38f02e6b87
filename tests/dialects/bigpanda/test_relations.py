"""Relations between changes and incidents: what is kept of them, and what is told."""

from functools import partial
from typing import Any

import anyio
import pytest

from gateway.dialects.settings import load
from gateway.incidents.session import Context
from gateway.serving.app import create_app
from tests import faults
from tests.clock import Clock
from tests.conftest import live
from tests.dialects.bigpanda.acts import act, activities, alerted, answer, made, refused, told
from tests.dialects.bigpanda.calls import Client, Json, make
from tests.dialects.bigpanda.change_calls import CHANGES, RELATIONS, relate, send, sent

pytestmark = pytest.mark.anyio

NOBODY = "0" * 24
TYPE = "incident_rcc_update"


def shown(relation_id: str, change_id: str, incident_id: str, certainty: str, comment: str | None = None) -> Json:
    """A relation as it is answered."""
    ids = {"id": relation_id, "change_id": change_id, "incident_id": incident_id}
    return {**ids, "match_certainty": certainty, "comment": comment}


def listed(*rows: Json) -> Json:
    """Relations as they are listed."""
    return {"relatedChanges": list(rows), "totalRelatedCount": len(rows)}


async def test_a_relation_is_read_as_it_was_made_and_told(shared: Client, clock: Clock) -> None:
    """The activity has the change as it is known then, and since when: sent again as it was, it is no other."""
    incident_id, url = await made(shared), "https://changes.example.org/1"
    await sent(shared, identifier="told")
    for _ in range(2):
        clock.move(minutes=1)
        change_id = await sent(shared, identifier="told", ticket_url=url)
    relation_id = await relate(shared, change_id, incident_id, "suspect", comment="why")
    expected = shown(relation_id, change_id, incident_id, "SUSPECT", "why")
    assert answer(await shared.get(f"{RELATIONS}/{relation_id}")) == (200, expected)
    [activity] = (await activities(shared, incident_id, types=TYPE))["items"]
    assert activity == {
        "id": activity["id"], "timestamp": clock.seconds, "type": TYPE, "created_by": "ann",
        "params": {
            "change": {"identifier": "told", "ticket_url": url, "change_id": change_id},
            "rcc_medata": {
                "change_id": change_id, "updated_at": clock.seconds - 60, "match_certainty": "SUSPECT",
                "comment": "why", "match_type": "Manual-API", "suggested_by_bigpanda": False,
            },
        },
    }  # fmt: skip


async def test_each_time_it_becomes_another_is_told(shared: Client) -> None:
    """Sent again, it is replaced; a change of it leaves what that does not name; the same again is no news."""
    incident_id, change_id = await made(shared), await sent(shared, identifier="changing")
    relation_id = await relate(shared, change_id, incident_id, "SUSPECT", comment="first")
    path = f"{RELATIONS}/{relation_id}"
    steps: list[tuple[Json, tuple[str, str | None]]] = [
        ({"match_certainty": "MATCH"}, ("MATCH", "first")),
        ({"comment": "second"}, ("MATCH", "second")),
        ({"comment": "second", "match_certainty": "match"}, ("MATCH", "second")),
        ({"match_certainty": "NONE", "comment": None}, ("NONE", "second")),
    ]
    for step, expected in steps:
        assert answer(await shared.put(path, json=step)) == (200, shown(relation_id, change_id, incident_id, *expected))
    for _ in range(2):
        assert await relate(shared, change_id, incident_id, "MATCH") == relation_id
    assert answer(await shared.get(path)) == (200, shown(relation_id, change_id, incident_id, "MATCH"))
    params = [each["rcc_medata"] for _, each in await told(shared, incident_id, types=TYPE)]
    assert [(each["match_certainty"], each.get("comment")) for each in params] == [
        ("MATCH", None), ("NONE", "second"), ("MATCH", "second"), ("MATCH", "first"), ("SUSPECT", "first"),
    ]  # fmt: skip


async def test_a_change_without_a_ticket_has_none_in_the_activity(shared: Client) -> None:
    incident_id, change_id = await made(shared), await sent(shared, identifier="bare")
    await relate(shared, change_id, incident_id)
    [(_, params)] = await told(shared, incident_id, types=TYPE)
    assert params["change"] == {"identifier": "bare", "ticket_url": None, "change_id": change_id}


async def test_native_clients_read_it_too(shared: Client) -> None:
    incident, change_id = await make(shared), await sent(shared, identifier="native")
    await relate(shared, change_id, incident["hex_id"])
    page = (await shared.get(f"/_im/incidents/{incident['_meta']['id']}/activities")).json()
    found = page["docs"][0]
    match = {"change_id": change_id, "match_certainty": "MATCH", "match_type": "Manual-API"}
    assert (found["type"], found["dialect"], found["changes"]) == ("rcc_updated", "bigpanda", [])
    assert found["params"] == {
        "change": {"identifier": "native", "ticket_url": None, "change_id": change_id},
        "match": match | {"suggested_by_bigpanda": False, "updated_at": found["params"]["match"]["updated_at"]},
    }


async def test_the_lists_of_an_incident_and_of_a_change(shared: Client, clock: Clock) -> None:
    """The latest first; those of an incident with their changes as they are now."""
    one, other = await made(shared), await made(shared)
    first, second = await sent(shared, identifier="first"), await sent(shared, identifier="second")
    made_of = [(first, one), (second, one), (first, other)]
    ids = []
    for change_id, incident_id in made_of:
        clock.move(seconds=1)
        ids.append(await relate(shared, change_id, incident_id))
    await send(shared, identifier="first", status="Done")
    rows = [shown(each, *pair, "MATCH") for each, pair in zip(ids, made_of, strict=True)]
    changes = [(await shared.get(f"{CHANGES}/{each}")).json() for each in (first, second)]
    of_incident = await shared.get(RELATIONS, params={"incident_id": one, "include": "change"})
    assert answer(of_incident) == (200, listed({**rows[1], "change": changes[1]}, {**rows[0], "change": changes[0]}))
    of_change = await shared.get(RELATIONS, params={"change_id": first, "include_history": "false"})
    assert answer(of_change) == (200, listed(rows[2], rows[0]))
    assert changes[0]["status"] == "Done"


async def test_what_has_none_lists_none(shared: Client) -> None:
    incident_id, change_id = await made(shared), await sent(shared, identifier="alone")
    assert answer(await shared.get(RELATIONS, params={"incident_id": incident_id})) == (200, listed())
    assert answer(await shared.get(RELATIONS, params={"change_id": change_id})) == (200, listed())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("", (400, "one of incident_id and change_id is wanted"), id="of nothing"),
        pytest.param("incident_id=1&change_id=1", (400, "one of incident_id and change_id is wanted"), id="of both"),
        pytest.param(f"incident_id={NOBODY}", (404, f'incident_id: no incident "{NOBODY}"'), id="an unknown incident"),
        pytest.param(f"change_id={NOBODY}", (404, f'change_id: no change "{NOBODY}"'), id="an unknown change"),
        pytest.param("change_id=1&change_id=2", (400, 'change_id: "change_id" is given twice'), id="of two changes"),
        pytest.param(
            "change_id=1&include_history=true",
            (400, "include_history: what was said before is not kept here; an incident's activities tell it"),
            id="with what was before",
        ),
    ],
)
async def test_lists_that_are_refused(shared: Client, query: str, expected: tuple[int, str]) -> None:
    assert answer(await shared.get(f"{RELATIONS}?{query}")) == refused(*expected)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"comment": " "}, (400, "comment: more than white space is wanted here"), id="an empty comment"),
        pytest.param({"change_id": NOBODY}, (404, f'change_id: no change "{NOBODY}"'), id="an unknown change"),
        pytest.param({"incident_id": NOBODY}, (404, f'incident_id: no incident "{NOBODY}"'), id="an unknown incident"),
    ],
)
async def test_relations_that_are_refused(shared: Client, fields: Json, expected: tuple[int, str]) -> None:
    incident_id, change_id = await made(shared), await sent(shared, identifier="refused")
    body = {"change_id": change_id, "incident_id": incident_id, "match_certainty": "MATCH"}
    assert answer(await shared.post(RELATIONS, json=body | fields)) == refused(*expected)
    assert await told(shared, incident_id, types=TYPE) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({}, (400, "match_certainty or comment is wanted here"), id="nothing"),
        pytest.param({"comment": None}, (400, "match_certainty or comment is wanted here"), id="no comment"),
        pytest.param({"comment": "why"}, (404, f'no relation "{NOBODY}"'), id="an unknown relation"),
    ],
)
async def test_changes_of_relations_that_are_refused(shared: Client, body: Any, expected: tuple[int, str]) -> None:
    assert answer(await shared.put(f"{RELATIONS}/{NOBODY}", json=body)) == refused(*expected)


async def test_an_incident_that_was_merged_keeps_its_relations_as_they_are(client: Client) -> None:
    (_, source), (_, destination) = await alerted(client, "a", "b")
    change_id = await sent(client)
    relation_id = await relate(client, change_id, source)
    assert (await act(client, "POST", destination, "merge", {"source_incidents": [source]}))[0] == 202
    merged = refused(409, f'it was merged into "{destination}"')
    body = {"change_id": change_id, "incident_id": source, "match_certainty": "NONE"}
    assert answer(await client.post(RELATIONS, json=body)) == merged
    assert answer(await client.put(f"{RELATIONS}/{relation_id}", json={"match_certainty": "NONE"})) == merged
    expected = shown(relation_id, change_id, source, "MATCH")
    assert answer(await client.get(f"{RELATIONS}/{relation_id}")) == (200, expected)
    assert answer(await client.get(RELATIONS, params={"incident_id": destination})) == (200, listed())


async def test_with_an_incident_its_relations_are_deleted(client: Client) -> None:
    incident, change_id = await make(client), await sent(client)
    relation_id = await relate(client, change_id, incident["hex_id"])
    assert (await client.delete(f"/_im/incidents/{incident['_meta']['id']}")).status_code == 200
    assert answer(await client.get(f"{RELATIONS}/{relation_id}")) == refused(404, f'no relation "{relation_id}"')
    assert answer(await client.get(RELATIONS, params={"change_id": change_id})) == (200, listed())


async def test_what_was_kept_and_never_told_is_told_by_the_next_to_say_it(
    shared: Client, ctx: Context, clock: Clock
) -> None:
    """As a gateway leaves it that ended between the two writes; what was told already stays as it was told."""
    incident_id, change_id = await made(shared), await sent(shared, identifier="untold")
    relation_id = await relate(shared, change_id, incident_id)
    before = await activities(shared, incident_id, types=TYPE)
    [activity] = before["items"]
    assert await ctx.store.events(shared.headers["X-Scope-OrgID"]).delete(f"activity-{activity['id']}")
    assert await told(shared, incident_id, types=TYPE) == []
    for minutes in (0, 1):
        clock.move(minutes=minutes)
        assert await relate(shared, change_id, incident_id) == relation_id
    assert await activities(shared, incident_id, types=TYPE) == before


async def test_where_the_incident_went_meanwhile_no_relation_is_left(shared: Client, opensearch_url: str) -> None:
    incident, change_id = await make(shared), await sent(shared, identifier="left")
    body = {"change_id": change_id, "incident_id": incident["hex_id"], "match_certainty": "MATCH"}
    async with faults.proxy(opensearch_url) as proxy, live(create_app(load(opensearch_url=proxy.url))) as client:
        proxy.hits = lambda request: request.method == "PUT" and "/_doc/rcc-" in request.path
        delete = partial(shared.delete, f"/_im/incidents/{incident['_meta']['id']}")
        proxy.fault = faults.meanwhile(delete, first=True)
        response = await client.post(RELATIONS, json=body, headers=shared.headers)
    assert answer(response) == refused(404, f'no incident "{incident["hex_id"]}"')
    assert answer(await shared.get(RELATIONS, params={"change_id": change_id})) == (200, listed())


async def test_of_writers_at_once_each_is_told_and_none_loses_what_it_said(shared: Client) -> None:
    incident_id, change_id = await made(shared), await sent(shared, identifier="busy")
    relation_id = await relate(shared, change_id, incident_id, "SUSPECT")
    async with anyio.create_task_group() as group:
        for body in ({"comment": "why"}, {"match_certainty": "MATCH"}):
            group.start_soon(partial(shared.put, f"{RELATIONS}/{relation_id}", json=body))
    expected = shown(relation_id, change_id, incident_id, "MATCH", "why")
    assert answer(await shared.get(f"{RELATIONS}/{relation_id}")) == (200, expected)
    assert len(await told(shared, incident_id, types=TYPE)) == 3
