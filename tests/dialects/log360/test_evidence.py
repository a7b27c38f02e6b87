"""Evidence: added and never taken away, known of other incidents or not, and the same thing as alerts."""

from typing import Any

import pytest
from dirty_equals import IsStr

from tests.dialects.log360.calls import PATH, Client, attach, create, detail, fresh_name, listed, make, native, update

pytestmark = pytest.mark.anyio

WHEN = IsStr(regex=r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
WORDS = {"hostname": "srv-7", "username": "eve", "eventid": 4625, "type_of_evidence": "LOG"}


def unknown(uuid: str, source: str = "REPORT") -> dict[str, Any]:
    """All that is known of evidence that no alert tells of."""
    return {"incident_uuid": uuid, "log_obtained_from": source, "incident_added_by": "ann", "incident_time": WHEN}


async def evidence(client: Client, incident_id: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await detail(client, incident_id))["evidence"]
    return rows


@pytest.mark.parametrize("source", ["search", "report", "alert", "REPORT"])
async def test_of_unknown_evidence_only_who_added_it_is_known(shared: Client, source: str) -> None:
    uuid = fresh_name("log")
    incident_id = await create(shared, evidence=[uuid], source=source)
    assert await evidence(shared, incident_id) == [unknown(uuid, source.upper())]
    assert (await native(shared, incident_id))["alert_count"] == 1


async def test_evidence_is_added_newest_first_and_never_twice(shared: Client) -> None:
    one, two, three = (fresh_name(each) for each in ("one", "two", "three"))
    incident_id = await create(shared, evidence=[one, two, one], source="search")
    await update(shared, incident_id, evidence=[two, three], source="alert")
    await update(shared, incident_id, evidence=[three, one], source="report")
    await update(shared, incident_id, evidence=[], source="")
    expected = [unknown(three, "ALERT"), unknown(two, "SEARCH"), unknown(one, "SEARCH")]
    assert await evidence(shared, incident_id) == expected
    name = (await native(shared, incident_id))["title"]
    told = [each["description"] for each in (await detail(shared, incident_id))["activity"]]
    assert told == [
        f"New evidence added to {name} by ann.",
        f"New evidence added to {name} by ann.",
        f"{name} incident has been created successfully by ann.",
    ]


async def test_one_uuid_may_be_evidence_of_many_incidents(shared: Client) -> None:
    uuid = fresh_name("log")
    ids = [await create(shared, evidence=[uuid], source="alert") for _ in range(2)]
    assert [await evidence(shared, each) for each in ids] == [[unknown(uuid, "ALERT")]] * 2


ALERT = {
    **{"severity": "warning", "status": "critical", "description": "too many logons", "source": "lsasrv"},
    **{"started_at": "2026-11-22T04:15:00Z", "tags": [{"name": "site", "value": "oslo"}], "ext": {"log360": WORDS}},
}
TOLD = WORDS | {
    **{"severity": "warning", "message": "too many logons", "formatted_message": "too many logons"},
    **{"source": "lsasrv", "log_org_time": "2026-11-22 04:15:00", "incident_time": WHEN},
}


async def test_an_alert_of_another_dialect_is_evidence(shared: Client) -> None:
    incident_id, uuid = await make(shared), fresh_name("alert").replace(" ", "-")
    await attach(shared, incident_id, ALERT | {"alert_id": uuid})
    assert await detail(shared, incident_id) == {
        "actors": [{"entity": ["srv-7"]}, {"suspect": ["srv-7\\eve"]}],
        "notes": [],
        "evidence": [TOLD | {"incident_uuid": uuid}],
        "activity": [
            {"activity": "Incident Updated", "description": IsStr, "time": WHEN},
            {"activity": "Incident Created", "description": IsStr, "time": WHEN},
        ],
    }


@pytest.mark.parametrize("named", ["alert_id", "incident_uuid"])
async def test_what_an_alert_tells_is_known_of_its_uuid(shared: Client, named: str) -> None:
    """By its id, or by the uuid that Log360 gave it; where it is attached already it is not attached again."""
    uuid = fresh_name("alert").replace(" ", "-")
    alert = ALERT | {"alert_id": uuid}
    if named == "incident_uuid":
        alert |= {"alert_id": f"{uuid}-0", "ext": {"log360": WORDS | {"incident_uuid": uuid, "incident_time": "then"}}}
    first = await make(shared)
    await attach(shared, first, alert)
    second = await create(shared, evidence=[uuid], source="search")
    added = {"incident_uuid": uuid, "log_obtained_from": "SEARCH", "incident_added_by": "ann"}
    assert await evidence(shared, second) == [TOLD | added]
    await update(shared, first, evidence=[uuid], source="search")
    assert (await native(shared, first))["alert_count"] == 1


async def test_a_copy_says_nothing_of_the_others_alerts_state(shared: Client) -> None:
    uuid = fresh_name("alert").replace(" ", "-")
    await attach(shared, await make(shared), ALERT | {"alert_id": uuid})
    document = await native(shared, await create(shared, evidence=[uuid], source="search"))
    response = await shared.get(f"/_im/incidents/{document['_meta']['id']}/alerts")
    [copy] = response.json()["docs"]
    assert copy["alert_id"] == IsStr(regex="[0-9a-f]{24}")
    assert (copy.get("status"), copy["severity"], copy["tags"]) == (None, "warning", ALERT["tags"])


async def test_actors_are_kept_where_searches_find_them(shared: Client) -> None:
    uuids = [fresh_name("alert").replace(" ", "-") for _ in range(2)]
    first = await make(shared)
    for uuid, host in zip(uuids, ("srv-8", "srv-7"), strict=True):
        words = {"log360": {"hostname": host, "username": "eve"}}
        await attach(shared, first, {"alert_id": uuid, "ext": words})
    incident_id = await create(shared, evidence=uuids[:1], source="search")
    await update(shared, incident_id, evidence=uuids[1:], source="search")
    document = await native(shared, incident_id)
    expected = {"entity": ["srv-7", "srv-8"], "suspect": [r"srv-7\eve", r"srv-8\eve"]}
    assert document["ext"]["log360"]["actors"] == expected
    found = await shared.get("/_im/incidents", params={"ext.log360.actors.entity": "srv-8", "title": document["title"]})
    assert found.json()["total_docs"] == 1


@pytest.mark.parametrize("new", [True, False], ids=["a new incident", "one that is there"])
async def test_evidence_of_an_actor_that_no_search_would_find_is_refused(shared: Client, new: bool) -> None:
    """A host and a user may each have 8,191 characters, and the actor that they make as many."""
    good, bad = (fresh_name("alert").replace(" ", "-") for _ in range(2))
    first, incident_id = await make(shared), await make(shared)
    for uuid, user in ((good, "u" * 4190), (bad, "u" * 4191)):
        words = {"hostname": "h" * 4000, "username": user}
        await attach(shared, first, {"alert_id": uuid, "ext": {"log360": words}})
    before = await native(shared, incident_id)
    sent = {"name": fresh_name("new") if new else before["title"], "source": "alert", "notes": ["seen"]}
    body = {**sent, "evidence": [good, bad]} | ({} if new else {"incident_id": incident_id})
    answer = await shared.request("POST" if new else "PUT", PATH, json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["detail"].startswith("evidence[1]: what its hostname and username make")
    titled = (await shared.get("/_im/incidents", params={"title": sent["name"]})).json()["docs"]
    assert titled == ([] if new else [before])
    made = await create(shared, evidence=[good], source="alert")
    await listed(shared)
    suspect = "h" * 4000 + "\\" + "u" * 4190
    assert (await native(shared, made))["ext"]["log360"]["actors"]["suspect"] == [suspect]
    filters = [{"name": "ext.log360.actors.suspect", "type": "text", "value": r"hhh*h\uu*uuu"}]
    found = await shared.post("/_im/incidents_full_types", json={"additional_fields": filters})
    assert made in [each["numeric_id"] for each in found.json()["docs"]], found.text


async def test_evidence_is_whole(shared: Client) -> None:
    """More than a page of it, a thousand of the same moment."""
    incident_id = await make(shared)
    await attach(shared, incident_id, *({"alert_id": f"{incident_id}-{i}"} for i in range(1000)))
    await attach(shared, incident_id, {"alert_id": f"{incident_id}-1000"})
    rows = await evidence(shared, incident_id)
    assert [each["incident_uuid"] for each in rows] == [f"{incident_id}-{i}" for i in reversed(range(1001))]


async def test_a_detail_is_the_incidents_own(shared: Client) -> None:
    await create(shared, notes=["n"], evidence=["u"], source="alert")
    other = await create(shared)
    found = await detail(shared, other)
    assert (found["notes"], found["evidence"], len(found["activity"])) == ([], [], 1)
    assert (await shared.get(f"{PATH}/{other}", params={"unheard": "of"})).json()["data"] == found
