"""What is done to incidents: what changes, what is told of it, and what is refused."""

import pytest

from gateway.dialects.bigpanda.times import LATEST
from queries.periods import iso
from tests.clock import Clock
from tests.dialects.bigpanda.acts import ACCEPTED, act, alerted, answer, define, made, refused, told
from tests.dialects.bigpanda.calls import V2, Client, Json, attach, change, detail, make

pytestmark = pytest.mark.anyio

DONE = (204, None)
NOBODY = "0" * 24


async def comments(client: Client, incident_id: str) -> list[str]:
    """What was said to an incident, latest first."""
    return [each[1]["comment"] for each in await told(client, incident_id, types="incident_commented")]


async def test_another_assignee_replaces_all_that_was_known_of_the_one_before(shared: Client) -> None:
    incident_id = await made(shared, assignee={"name": "Bob", "id": "u1", "email": "bob@example.org"})
    assert await act(shared, "PUT", incident_id, "assignment", {"assignee": "u2"}) == DONE
    found = await detail(shared, incident_id)
    assert found["assignee"] == {"name": None, "user_id": "u2", "email": None}
    assert found["assigner"] == {"name": "ann", "user_id": None, "email": None}
    assert (await told(shared, incident_id))[0] == ("incident_assigned", {"assignee": {"id": "u2", "username": None}})


@pytest.mark.parametrize(
    ("person", "user_id"),
    [
        pytest.param({"name": "Bob", "id": "u1"}, "u1", id="by the id"),
        pytest.param({"name": "Bob", "numeric_id": 7}, "7", id="by the number that another dialect knows"),
    ],
)
async def test_who_is_assigned_already_stays_as_known(shared: Client, person: Json, user_id: str) -> None:
    incident_id = await made(shared, assignee=person)
    before = await detail(shared, incident_id)
    assert await act(shared, "PUT", incident_id, "assignment", {"assignee": user_id}) == DONE
    assert await detail(shared, incident_id) == before
    assert await told(shared, incident_id) == [("incident_created", None)]


async def test_nobody_is_assigned_any_more(shared: Client) -> None:
    incident_id = await made(shared)
    await act(shared, "PUT", incident_id, "assignment", {"assignee": "u1"})
    assert await act(shared, "DELETE", incident_id, "assignment") == DONE
    found = await detail(shared, incident_id)
    assert (found["assignee"], found["assigner"]) == (None, None)
    assert (await told(shared, incident_id))[0] == ("incident_unassigned", {"unassigned_on_reopen": False})
    nobody = refused(400, "nobody is assigned to the incident")
    assert await act(shared, "DELETE", incident_id, "assignment") == nobody


async def test_what_others_are_told_of_moves_the_last_change(shared: Client, clock: Clock) -> None:
    incident_id = await made(shared)
    await define(shared, "Team")
    found = []
    for method, rest, sent in (
        ("PUT", "assignment", {"assignee": "u1"}),
        ("POST", "comments", {"comment": "hello"}),
        ("PUT", "snooze", {"end_time": clock.seconds + 3600}),
        ("POST", "tags/team", {"tag_value": "blue"}),
        ("POST", "tags/team", {"tag_value": "blue"}),
        ("DELETE", "tags/team", None),
        ("DELETE", "assignment", None),
    ):
        clock.move(seconds=10)
        assert await act(shared, method, incident_id, rest, sent) == DONE
        found.append((await detail(shared, incident_id))["changed_at"] == clock.seconds)
    assert found == [True, False, False, True, False, True, True]


async def test_a_snooze_lasts_until_its_end(shared: Client, clock: Clock) -> None:
    incident_id = await made(shared)
    end = clock.seconds + 60
    assert await act(shared, "PUT", incident_id, "snooze", {"end_time": end, "comment": "later"}) == DONE
    snooze = {"snoozed": True, "end_time": end, "cancel_on_incident_updates": False}
    assert (await detail(shared, incident_id))["snooze"] == snooze
    assert await told(shared, incident_id) == [
        ("incident_commented", {"comment": "later"}),
        ("incident_snoozed", {"time": end, "annotation": "later"}),
        ("incident_created", None),
    ]
    clock.move(seconds=60)
    assert (await detail(shared, incident_id))["snooze"]["snoozed"] is False
    over = refused(400, "the incident is not snoozed")
    assert await act(shared, "DELETE", incident_id, "snooze") == over


async def test_a_snooze_takes_the_place_of_another(shared: Client, clock: Clock) -> None:
    incident_id = await made(shared)
    later = {"end_time": clock.seconds + 90, "cancel_on_incident_updates": True}
    assert await act(shared, "PUT", incident_id, "snooze", {"end_time": clock.seconds + 60}) == DONE
    assert await act(shared, "PUT", incident_id, "snooze", later) == DONE
    assert (await detail(shared, incident_id))["snooze"] == {"snoozed": True, **later}
    assert len(await told(shared, incident_id, types="incident_snoozed")) == 2


async def test_a_snooze_ends_when_it_is_taken_away(shared: Client, clock: Clock) -> None:
    incident_id = await made(shared)
    await act(shared, "PUT", incident_id, "snooze", {"end_time": clock.seconds + 60})
    assert await act(shared, "DELETE", incident_id, "snooze") == DONE
    none = {"snoozed": False, "end_time": None, "cancel_on_incident_updates": False}
    assert (await detail(shared, incident_id))["snooze"] == none
    assert (await told(shared, incident_id))[0] == ("incident_unsnoozed", None)


async def test_a_snooze_that_news_end(shared: Client, clock: Clock) -> None:
    incident = await make(shared)
    sent = {"end_time": clock.seconds + 60, "cancel_on_incident_updates": True}
    await act(shared, "PUT", incident["hex_id"], "snooze", sent)
    await attach(shared, incident, {"status": "warning"})
    assert (await detail(shared, incident["hex_id"]))["snooze"]["snoozed"] is False
    assert await told(shared, incident["hex_id"], types="incident_unsnoozed") == [("incident_unsnoozed", None)]


async def test_a_snooze_has_to_end_in_the_future(shared: Client, clock: Clock) -> None:
    incident_id = await made(shared)
    for end in (0, clock.seconds - 1, clock.seconds):
        response = await act(shared, "PUT", incident_id, "snooze", {"end_time": end})
        assert response == refused(400, "end_time: a snooze ends in the future")
    assert await told(shared, incident_id) == [("incident_created", None)]


async def test_a_resolved_incident_is_not_snoozed(shared: Client) -> None:
    incident_id = await made(shared, status="closed")
    response = await act(shared, "PUT", incident_id, "snooze", {"end_time": LATEST, "comment": "c"})
    assert response == refused(400, "the incident is resolved, and quiet without a snooze")
    assert await comments(shared, incident_id) == []


async def test_a_comment_is_a_note_in_every_dialect(shared: Client, clock: Clock) -> None:
    incident = await make(shared)
    assert await act(shared, "POST", incident["hex_id"], "comments", {"comment": " a\nb "}) == DONE
    assert await comments(shared, incident["hex_id"]) == [" a\nb "]
    [note] = (await shared.get(f"/_im/incidents/{incident['_meta']['id']}/notes")).json()["docs"]
    assert (note["body"], note["author"], note["created_at"]) == (" a\nb ", "ann", iso(clock.now))


async def test_the_same_comment_twice_is_two_comments(shared: Client) -> None:
    incident_id = await made(shared)
    for _ in range(2):
        assert await act(shared, "POST", incident_id, "comments", {"comment": "again"}) == DONE
    assert await comments(shared, incident_id) == ["again", "again"]


async def test_resolving_makes_every_alert_ok(shared: Client, clock: Clock) -> None:
    [(alert_id, incident_id)] = await alerted(shared, "resolved-1")
    assert await act(shared, "POST", incident_id, "resolve", {"comments": "rebooted"}) == ACCEPTED
    found = await detail(shared, incident_id, expand="alerts")
    assert (found["status"], found["active"], found["end"]) == ("ok", False, clock.seconds)
    assert [(each["alert_id"], each["status"], each["active"]) for each in found["alerts"]] == [(alert_id, "ok", False)]
    assert await told(shared, incident_id) == [
        ("incident_commented", {"comment": "rebooted"}),
        ("incident_resolved_api", {"annotation": "rebooted"}),
        ("incident_created", None),
    ]


async def test_resolving_without_a_word(shared: Client) -> None:
    incident_id = await made(shared)
    assert await act(shared, "POST", incident_id, "resolve") == ACCEPTED
    assert await told(shared, incident_id) == [("incident_resolved_api", None), ("incident_created", None)]


async def test_what_is_resolved_is_not_resolved_again(shared: Client) -> None:
    incident = await make(shared)
    await change(shared, incident, status="resolved")
    again = refused(409, "it is resolved already")
    assert await act(shared, "POST", incident["hex_id"], "resolve", {"comments": "c"}) == again
    assert await comments(shared, incident["hex_id"]) == []


async def test_a_list_is_no_body(shared: Client) -> None:
    incident = await make(shared)
    path = f"{V2}/environments/all/incidents/{incident['hex_id']}/comments"
    assert answer(await shared.post(path, json=[])) == refused(400, "a JSON object is wanted as the body")
