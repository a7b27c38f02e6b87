"""The same search again: what is remembered of it changes no answer, and what must be looked at anew is."""

import pytest

from gateway.dialects.bigpanda.matching import is_looked_up
from gateway.incidents.session import Context
from tests.clock import Clock
from tests.dialects.bigpanda.calls import (
    V2,
    Client,
    Json,
    as_ann,
    attach,
    change,
    environment,
    found,
    hold,
    iso,
    make,
    searched,
    within,
)  # fmt: skip

pytestmark = pytest.mark.anyio

TWO = ({"alert_id": "again-1"}, {"alert_id": "again-2"})


@pytest.mark.parametrize(
    ("text", "looked_up"),
    [
        pytest.param("*", False, id="everything"),
        pytest.param('host = "db-*" AND status != ok', False, id="conditions on what incidents hold"),
        pytest.param("comment = seen", True, id="comments, which are documents of their own"),
        pytest.param("seen", True, id="a keyword, which may be a comment's"),
        pytest.param("host = /a.*/", True, id="a regex, which the engine may find too complex"),
    ],
)
def test_what_is_looked_up_each_time(text: str, looked_up: bool) -> None:
    assert is_looked_up(text) == looked_up


async def shown(client: Client, **query: str) -> list[tuple[str, list[str]]]:
    """The incidents that are found, each with the ids of its alerts."""
    rows = (await searched(client, **query))["items"]
    return [(each["id"], [alert["alert_id"] for alert in each["alerts"]]) for each in rows]


async def test_what_was_written_in_between(shared: Client) -> None:
    query = {"query": "description = between", "sort_by": "start"}
    assert await shown(shared, **query) == []
    first = await make(shared, description="between")
    hex_id = first["hex_id"]
    assert await shown(shared, **query) == [(hex_id, [])]
    await attach(shared, first, TWO[0])
    assert await shown(shared, **query) == [(hex_id, ["again-1"])]
    await attach(shared, first, TWO[1])
    assert await shown(shared, **query) == [(hex_id, ["again-1", "again-2"])]
    other = await make(shared, description="between")
    await attach(shared, other, {"alert_id": "again-3"})
    pair = [(other["hex_id"], ["again-3"]), (hex_id, ["again-1", "again-2"])]
    assert sorted(await shown(shared, **query)) == sorted(pair)
    await change(shared, first, description="elsewhere")
    assert await shown(shared, **query) == pair[:1]


async def test_alerts_that_moved_are_shown_where_they_are(shared: Client) -> None:
    query = {"query": "description = moving"}
    incident = await make(shared, description="moving")
    await attach(shared, incident, {"alert_id": "stays", "status": "warning"}, {"alert_id": "goes", "status": "ok"})
    hex_id = incident["hex_id"]
    assert await shown(shared, **query) == [(hex_id, ["stays", "goes"])]
    reply = await shared.post(within(rest=f"/{hex_id}/split"), json={"alerts": ["goes"]})
    assert reply.status_code == 202, reply.text
    assert dict(await shown(shared, **query))[hex_id] == ["stays"]


async def test_an_environment_that_was_changed(shared: Client) -> None:
    incident = await make(shared, description="eu")
    made = await environment(shared, "Again", "description = us")
    assert await found(shared, made) == []
    reply = await shared.patch(f"{V2}/environments/{made}", json={"filter": "description = eu"})
    assert reply.status_code == 202
    assert await found(shared, made) == [incident["hex_id"]]
    assert (await shared.delete(f"{V2}/environments/{made}")).status_code == 200
    assert (await shared.get(within(made))).status_code == 404


async def test_now_is_this_moment_each_time(shared: Client, ctx: Context, clock: Clock) -> None:
    query = {"query": "description = moment"}
    incident = await make(shared, description="moment", started_at=iso(clock.seconds + 2))
    end = {"end_time": iso(clock.seconds + 1).replace(".000Z", ".500Z"), "cancel_on_incident_updates": False}
    await hold(ctx, shared, incident, snooze=end)
    seen, late = list[tuple[bool, bool]](), {"to": str(clock.seconds + 9), **query}
    for length in (0, 1499, 1, 500):
        clock.move(milliseconds=length)
        snoozed = await found(shared, folder="snoozed", **late)
        seen.append((bool(await found(shared, **query)), bool(snoozed)))
    assert seen == [(False, True), (False, True), (False, False), (True, False)]


async def test_comments_are_looked_at_each_time(shared: Client, ctx: Context) -> None:
    incident = await make(shared, description="commented")
    query = 'comment = "seen again"'
    assert await found(shared, query=query) == []
    reply = await shared.post(within(rest=f"/{incident['hex_id']}/comments"), json={"comment": "seen again"})
    assert reply.status_code == 204
    await as_ann(ctx, shared.headers["X-Scope-OrgID"]).refresh()
    assert await found(shared, query=query) == [incident["hex_id"]]


async def test_the_same_bytes_are_each_tenants_own(shared: Client) -> None:
    query = {"query": "description = whose"}
    incident = await make(shared, description="whose")
    await attach(shared, incident, {"alert_id": "whose"})
    assert await shown(shared, **query) == [(incident["hex_id"], ["whose"])]
    other: Json = {"X-Scope-OrgID": f"{shared.headers['X-Scope-OrgID']}-other"}
    for _ in range(2):
        reply = await shared.get(within(), params=query, headers=other)
        assert (reply.status_code, reply.json()["items"]) == (200, [])


async def test_a_refusal_is_the_same_each_time(shared: Client, clock: Clock) -> None:
    for query in ({"query": "host ="}, {"page": "0"}, {"from": str(clock.seconds + 9)}, {"expand": "x"}):
        first, second = [await shared.get(within(), params=query) for _ in range(2)]
        assert (first.status_code, first.json()) == (second.status_code, second.json())
        assert first.status_code == 400
