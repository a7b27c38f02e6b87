"""Merging, splitting, and resolving alerts wherever they are."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from gateway.incidents.session import utc_now
from tests.dialects.bigpanda.acts import ACCEPTED, act, alerted, answer, refused, told
from tests.dialects.bigpanda.calls import V2, Client, Json, attach, detail, environment, found, make

pytestmark = pytest.mark.anyio

NOBODY = "0" * 24


@pytest.fixture(scope="module")
def clock() -> Callable[[], datetime]:
    """The time that it is: of a merge that seems to be left undone, any gateway that starts meanwhile takes over."""
    return utc_now


async def alert_ids(client: Client, incident_id: str) -> list[str]:
    """The alerts of an incident, in the order attached."""
    return [each["alert_id"] for each in (await detail(client, incident_id))["alerts"]]


async def resolve_alerts(client: Client, sent: Json, environment_id: str = "all") -> Any:
    """The answer to resolving alerts."""
    return answer(await client.post(f"{V2}/environments/{environment_id}/batch-resolve/alerts", json=sent))


async def test_a_merge_gathers_the_alerts_in_the_incident_of_the_path(shared: Client) -> None:
    (first, destination), (second, one), (third, other) = await alerted(shared, "m1", "m2", "m3")
    sent = {"source_incidents": [one, other], "comment": "one outage"}
    assert await act(shared, "POST", destination, "merge", sent) == ACCEPTED
    assert await alert_ids(shared, destination) == [first, second, third]
    history = await told(shared, destination)
    assert ("incident_merged_destination", {"source_incident_ids": [one, other], "annotation": "one outage"}) in history
    assert ("incident_commented", {"comment": "one outage"}) in history
    assert len(history) == 3
    for source in (one, other):
        params = {"targetIncidentId": destination, "source_incident_ids": [one, other], "annotation": "one outage"}
        assert await told(shared, source) == [("incident_merged_source", params), ("incident_created", None)]
        shown = await detail(shared, source)
        assert (shown["active"], shown["alerts"], shown["environments"], shown["folders"]) == (False, [], [], [])
    listed = await found(shared)
    assert destination in listed
    assert {one, other}.isdisjoint(listed)


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        pytest.param(["{one}", NOBODY], (404, f'source_incidents[1]: no incident "{NOBODY}"'), id="an unknown source"),
        pytest.param(
            ["{one}", "{itself}"], (400, "source_incidents: other incidents are wanted here, each once"), id="itself"
        ),
        pytest.param(
            ["{one}", "{merged}"],
            (400, "source_incidents[1]: it was merged into another one already"),
            id="a source that was merged before",
        ),
        pytest.param(["{one}", "{one}"], (400, 'source_incidents: "{one}" is named twice'), id="one source twice"),
    ],
)
async def test_what_is_not_merged(shared: Client, sources: list[str], expected: tuple[int, str]) -> None:
    (_, itself), (_, one), (_, merged) = await alerted(shared, "n1", "n2", "n3")
    if "{merged}" in sources:
        (_, into), *_ = await alerted(shared, "n4")
        assert await act(shared, "POST", into, "merge", {"source_incidents": [merged]}) == ACCEPTED
    ids = {"one": one, "itself": itself, "merged": merged}
    status, error = expected
    sent = {"source_incidents": [each.format(**ids) for each in sources], "comment": "no"}
    assert await act(shared, "POST", itself, "merge", sent) == refused(status, error.format(**ids))
    assert len(await alert_ids(shared, one)) == 1
    assert "incident_merged_destination" not in dict(await told(shared, itself))


async def test_a_source_outside_of_the_environment_is_not_there(shared: Client) -> None:
    (_, destination), (_, source) = await alerted(shared, "east-1", "west-1")
    east = await environment(shared, "east", "host = east-*")
    sent = {"source_incidents": [source]}
    missing = refused(404, f'source_incidents[0]: no incident "{source}"')
    assert await act(shared, "POST", destination, "merge", sent, environment=east) == missing
    assert await act(shared, "POST", destination, "merge", sent) == ACCEPTED


async def test_a_split_makes_an_incident_of_its_own(shared: Client) -> None:
    (first, source), (second, other) = await alerted(shared, "s1", "s2")
    await act(shared, "POST", source, "merge", {"source_incidents": [other]})
    assert await act(shared, "POST", source, "split", {"alerts": [second], "comment": "not this"}) == ACCEPTED
    assert await alert_ids(shared, source) == [first]
    (said, _), (kind, params), *_ = await told(shared, source)
    assert (said, kind) == ("incident_commented", "incident_splitted_source")
    new = params["new_incident_id"]
    assert params == {"alert_ids": [second], "new_incident_id": new, "annotation": "not this"}
    assert await alert_ids(shared, new) == [second]
    made = {"alert_ids": [second], "source_incident_id": source, "annotation": "not this"}
    assert ("incident_splitted_destination", made) in await told(shared, new)


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        pytest.param(["{first}", NOBODY], f'alerts[1]: the incident has no alert "{NOBODY}"', id="an unknown alert"),
        pytest.param(["{foreign}"], 'alerts[0]: the incident has no alert "{foreign}"', id="the alert of another one"),
        pytest.param(["{first}"], "alerts: at least one alert has to stay", id="all alerts"),
    ],
)
async def test_what_is_not_split(shared: Client, sent: list[str], error: str) -> None:
    (first, source), (foreign, _) = await alerted(shared, "t1", "t2")
    ids = {"first": first, "foreign": foreign}
    alerts = [each.format(**ids) for each in sent]
    assert await act(shared, "POST", source, "split", {"alerts": alerts}) == refused(400, error.format(**ids))
    assert await alert_ids(shared, source) == [first]


async def test_alerts_are_resolved_wherever_they_are(shared: Client) -> None:
    incident = await make(shared)
    await attach(
        shared, incident, {"alert_id": "kept", "status": "critical"}, {"alert_id": "over", "status": "warning"}
    )
    [(other, whole)] = await alerted(shared, "r1")
    assert await resolve_alerts(shared, {"ids": ["over", other], "comments": "a test"}) == ACCEPTED
    shown = await detail(shared, incident["hex_id"], expand="alerts")
    assert shown["active"] is True
    kept, over = shown["alerts"]
    assert (kept["id"], kept["status"], kept["end"]) == ("kept", "critical", None)
    assert (over["id"], over["status"], over["end"]) == ("over", "ok", over["changed_at"])
    params = {"resolution_type": "manual-api", "ids_to_resolve": ["over"], "annotation": "a test"}
    assert (await told(shared, incident["hex_id"]))[:2] == [
        ("incident_commented", {"comment": "a test"}),
        ("incident_alerts_resolved", params),
    ]
    types = [each for each, _ in await told(shared, whole)]
    assert (await detail(shared, whole))["active"] is False
    assert sorted(types[:3]) == ["incident_alerts_resolved", "incident_commented", "incident_resolved_by_alerts"]


async def test_of_alerts_one_that_is_unknown_keeps_the_others_as_they_are(shared: Client) -> None:
    [(alert_id, incident_id)] = await alerted(shared, "u1")
    assert await resolve_alerts(shared, {"ids": [alert_id, NOBODY]}) == refused(404, f'ids[1]: no alert "{NOBODY}"')
    assert (await detail(shared, incident_id))["status"] == "critical"


async def test_alerts_are_resolved_within_their_environment(shared: Client) -> None:
    _, (inside, one), (outside, other) = await alerted(shared, "north-0", "north-1", "south-1")
    north = await environment(shared, "north", "host = north-*")
    both = {"ids": [inside, outside]}
    assert await resolve_alerts(shared, both, north) == refused(404, f'ids[1]: no alert "{outside}"')
    assert (await detail(shared, one))["status"] == "critical"
    assert await resolve_alerts(shared, {"ids": [inside]}, north) == ACCEPTED
    assert [(await detail(shared, each))["status"] for each in (one, other)] == ["ok", "critical"]
    assert await resolve_alerts(shared, both, "nowhere") == refused(404, 'no environment "nowhere"')
