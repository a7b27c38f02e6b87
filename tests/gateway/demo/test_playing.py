"""Stories that are told side by side: which requests they become, and what each story learns of the answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from gateway.client import Caller, RemoteError, Target
from gateway.demo.playing import play
from gateway.demo.stories import Step, Story

pytestmark = pytest.mark.anyio

CREATE, ALERTS = "POST /_im/incidents/bulkCreate", "POST /data/v2/alerts"
Sent = list[tuple[str, str, Any]]


@dataclass(frozen=True, slots=True)
class Recorder(Caller):
    """A client that nobody answers but the test."""

    answers: Mapping[str, Any]
    sent: Sent = field(default_factory=list)

    async def ask(self, request: str, body: Any = None, *, headers: Any = None, passing: int | None = None) -> Any:
        self.sent.append((headers["User-ID"], request, body))
        return self.answers.get(request)


async def sent(*stories: Story, **answers: Any) -> Sent:
    async with aiohttp.ClientSession() as client:
        recorder = Recorder(client, Target("http://gateway"), answers)
        await play(recorder, stories)
    return recorder.sent


def alert(tool: str, *hosts: str) -> Step:
    body = {"app_key": tool, "alerts": [{"host": each} for each in hosts]}
    return Step("monitor", ALERTS, body, keep={"last": f"{len(hosts) - 1}.incident_id"})


async def test_steps_at_one_address_are_one_request_in_the_order_of_their_stories() -> None:
    steps = [Step("siem", CREATE, [{"title": "{title}"}]), Step("{who}", "POST /_im/incidents/bulkUpdate", ["{title}"])]
    stories = [Story(steps, {"title": title, "who": who}) for title, who in (("a", "ann"), ("b", "bob"), ("c", "ann"))]
    assert await sent(*stories) == [
        ("siem", CREATE, [{"title": "a"}, {"title": "b"}, {"title": "c"}]),
        ("ann", "POST /_im/incidents/bulkUpdate", ["a", "c"]),
        ("bob", "POST /_im/incidents/bulkUpdate", ["b"]),
    ]


async def test_alerts_of_one_tool_are_one_request_and_each_story_learns_of_its_own() -> None:
    stories = [Story([alert(tool, *hosts)], {}) for tool, hosts in (("t", "ab"), ("u", "c"), ("t", "d"))]
    rows = {ALERTS: {"data": {"alerts": [{"incident_id": each} for each in (1, 2, 3)]}}}
    requests = await sent(*stories, **rows)
    assert requests == [
        ("monitor", ALERTS, {"app_key": "t", "alerts": [{"host": "a"}, {"host": "b"}, {"host": "d"}]}),
        ("monitor", ALERTS, {"app_key": "u", "alerts": [{"host": "c"}]}),
    ]
    assert [each.names["last"] for each in stories] == [2, 1, 3]


async def test_a_request_that_takes_no_list_is_sent_for_each_story() -> None:
    steps = [Step("a", "POST /v1/incidents", {"id": 1}, keep={"number": ""}), Step("a", "POST /v1/{number}/notes", {})]
    requests = await sent(Story(steps, {}), Story(steps, {}), **{"POST /v1/incidents": 7})
    assert [request for _, request, _ in requests] == ["POST /v1/incidents"] * 2 + ["POST /v1/7/notes"] * 2


async def test_what_did_not_happen_is_not_sent() -> None:
    steps = [Step("a", "POST /a", when="known"), Step("a", "POST /b", when="unknown"), Step("a", "POST /c")]
    requests = await sent(Story(steps, {"known": 1, "unknown": None}))
    assert [request for _, request, _ in requests] == ["POST /a", "POST /c"]


async def test_a_row_that_fails_is_a_failure() -> None:
    failed = {"create": {"_id": "i2", "status": 400, "error": {"reason": "no severity"}}}
    answer = {"errors": True, "items": [{"create": {"_id": "i1", "status": 201}}, failed]}
    with pytest.raises(RemoteError) as refusal:
        await sent(Story([Step("a", CREATE, [{}, {}])], {}), **{CREATE: answer})
    assert str(refusal.value) == f"{CREATE}: i2: no severity"
