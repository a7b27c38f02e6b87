"""Actions on incidents that are not there, that are outside of the environment, or that were merged."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from gateway.dialects.bigpanda.times import LATEST
from gateway.incidents.session import utc_now
from tests.dialects.bigpanda.acts import ACCEPTED, act, alerted, define, refused, told
from tests.dialects.bigpanda.calls import Client, detail, environment

pytestmark = pytest.mark.anyio

DONE = (204, None)
NOBODY = "0" * 24
ACTIONS: Sequence[tuple[str, str, Any]] = [
    ("PUT", "assignment", {"assignee": "u1"}),
    ("DELETE", "assignment", None),
    ("PUT", "snooze", {"end_time": LATEST}),
    ("DELETE", "snooze", None),
    ("POST", "comments", {"comment": "c"}),
    ("POST", "resolve", None),
    ("POST", "merge", {"source_incidents": ["1"]}),
    ("POST", "split", {"alerts": ["1"]}),
    ("POST", "tags", [{"tag_id": "priority", "tag_value": "P1"}]),
    ("POST", "tags/priority", {"tag_value": "P1"}),
    ("DELETE", "tags", None),
    ("DELETE", "tags/priority", None),
]
EACH_ACTION = pytest.mark.parametrize(
    ("method", "rest", "sent"), [pytest.param(*each, id=f"{each[0]} {each[1]}") for each in ACTIONS]
)


@pytest.fixture(scope="module")
def clock() -> Callable[[], datetime]:
    """The time that it is: of a merge that seems to be left undone, any gateway that starts meanwhile takes over."""
    return utc_now


@pytest.fixture(scope="module")
async def priority(shared: Client) -> Client:
    """A client of a tenant whose incidents can have a priority."""
    await define(shared, "Priority", "Priority", "P1")
    return shared


@EACH_ACTION
async def test_an_action_needs_its_incident(priority: Client, method: str, rest: str, sent: Any) -> None:
    assert await act(priority, method, NOBODY, rest, sent) == refused(404, f'no incident "{NOBODY}"')


@EACH_ACTION
async def test_an_action_needs_its_environment(priority: Client, method: str, rest: str, sent: Any) -> None:
    nowhere = refused(404, 'no environment "nowhere"')
    assert await act(priority, method, NOBODY, rest, sent, environment="nowhere") == nowhere


@pytest.fixture(scope="module")
async def outside(priority: Client) -> tuple[str, str]:
    """An environment, and an incident outside of it."""
    inside = await environment(priority, "inside", "host = inside-*")
    return inside, (await alerted(priority, "outside-1"))[0][1]


@EACH_ACTION
async def test_an_incident_outside_of_the_environment_is_not_there(
    priority: Client, outside: tuple[str, str], method: str, rest: str, sent: Any
) -> None:
    inside, incident_id = outside
    response = await act(priority, method, incident_id, rest, sent, environment=inside)
    assert response == refused(404, f'no incident "{incident_id}"')
    assert await told(priority, incident_id) == [("incident_created", None)]


@pytest.fixture(scope="module")
async def merged(priority: Client) -> tuple[str, str]:
    """An incident that was merged, and the one that it was merged into."""
    (_, destination), (_, source) = await alerted(priority, "merged-1", "merged-2")
    assert await act(priority, "POST", destination, "merge", {"source_incidents": [source]}) == ACCEPTED
    return source, destination


@EACH_ACTION
async def test_nothing_is_done_to_a_merged_incident(
    priority: Client, merged: tuple[str, str], method: str, rest: str, sent: Any
) -> None:
    source, destination = merged
    assert await act(priority, method, source, rest, sent) == refused(409, f'it was merged into "{destination}"')
    types = [each for each, _ in await told(priority, source)]
    assert types == ["incident_merged_source", "incident_created"]


async def test_an_action_inside_of_the_environment(priority: Client, outside: tuple[str, str]) -> None:
    [(_, incident_id)] = await alerted(priority, "inside-1")
    assert await act(priority, "PUT", incident_id, "assignment", {"assignee": "u1"}, environment=outside[0]) == DONE
    assert (await detail(priority, incident_id))["assignee"] == {"name": None, "user_id": "u1", "email": None}
