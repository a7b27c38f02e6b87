"""A load brings as many incidents as it says, once, however often it is interrupted, and touches nobody else's."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.client import Caller, RemoteError
from gateway.demo.background import attack
from gateway.demo.loading import TOGETHER, DemoError, Load, go_on, load_of
from gateway.demo.playing import play
from tests.gateway.demo.conftest import COUNT, Loaded

pytestmark = pytest.mark.anyio

ATTACK = len(attack(datetime.now(UTC)).steps)
"""Requests of the attack; one that notes the load down comes before them, and one behind."""


async def listed(caller: Caller) -> list[tuple[str, str, str]]:
    """Title, status and severity of every incident that is there, whoever has made it."""
    await caller.ask("POST /_im/incidents?refresh=true", {"title": "last"})
    asked = {"size": 1000, "is_show_aggs": False, "fields": ["title", "status", "severity"]}
    docs = (await caller.ask("POST /_im/incidents_full_types", asked))["docs"]
    return sorted((each["title"], each["status"], each.get("severity", "")) for each in docs if each["title"] != "last")


async def test_a_load_says_how_far_it_is_and_is_whole_at_the_end(loaded: Loaded, viewer: Caller) -> None:
    begun, loads = loaded.begun, loaded.loads
    attacked = attack(begun.at).incidents
    assert [each.there for each in (begun, *loads)] == [0, attacked, attacked + TOGETHER, COUNT]
    assert [each.is_whole for each in loads] == [False, False, True]
    assert len(await listed(viewer)) == COUNT
    assert str(loads[-1]) == f"{COUNT} incidents of the 30 days before {begun.at:%Y-%m-%d} are there"


async def test_a_whole_load_is_not_begun_again(loaded: Loaded, viewer: Caller) -> None:
    held = await load_of(viewer, 9)
    assert held == loaded.loads[-1]
    assert [each async for each in go_on(viewer, held)] == [held]
    assert len(await listed(viewer)) == COUNT


@dataclass(frozen=True, slots=True)
class Cut(Caller):
    """A client that is gone after so many requests; those under way come to their end."""

    left: list[int]
    under_way: list[asyncio.Event]

    async def ask(self, request: str, body: Any = None, **more: Any) -> Any:
        self.left[0] -= 1
        if self.left[0] < 0:
            await asyncio.gather(*(each.wait() for each in self.under_way))
            raise RemoteError("interrupted")
        self.under_way.append(done := asyncio.Event())
        try:
            return await Caller.ask(self, request, body, **more)
        finally:
            done.set()


async def interrupted(caller: Caller, load: Load, requests: int) -> None:
    with pytest.raises(RemoteError, match="interrupted"):
        async for _ in go_on(Cut(caller.client, caller.target, [requests], []), load):
            pass


@pytest.mark.parametrize(
    "requests",
    [
        pytest.param(5, id="before the first alert"),
        pytest.param(17, id="behind the first merge"),
        pytest.param(1 + ATTACK, id="before the attack is noted down"),
        pytest.param(2 + ATTACK + 20, id="amid the first part"),
    ],
)
async def test_an_interrupted_load_goes_on_to_the_same(
    caller: Caller, viewer: Caller, loaded: Loaded, requests: int
) -> None:
    await interrupted(caller, replace(loaded.begun, noted_at=datetime.now(UTC)), requests)
    there, held = await listed(caller), await load_of(caller, COUNT)
    [*_, whole] = [each async for each in go_on(caller, held)]
    assert (len(there) < COUNT, held.at, held.there < COUNT) == (True, loaded.begun.at, True)
    assert (whole.there, await listed(caller)) == (COUNT, await listed(viewer))


async def test_what_somebody_without_a_name_makes_meanwhile_stays(caller: Caller) -> None:
    begun = await load_of(caller, COUNT)
    await interrupted(caller, begun, 40)
    await caller.ask("POST /_im/incidents/mine?refresh=true", {"title": "mine"})
    async for _ in go_on(caller, await load_of(caller, COUNT)):
        pass
    there = await listed(caller)
    assert (("mine", "new", "") in there, len(there)) == (True, COUNT + 1)


async def test_incidents_that_are_not_the_demos_are_left_alone(caller: Caller, tenant: str) -> None:
    await caller.ask("POST /_im/incidents?refresh=true", {"title": "a real one"})
    with pytest.raises(DemoError) as refusal:
        await load_of(caller, COUNT)
    assert str(refusal.value) == f'tenant "{tenant}" holds incidents that are not the demo\'s; name another one'
    assert await listed(caller) == [("a real one", "new", "")]


async def test_a_step_that_is_refused_is_named(caller: Caller) -> None:
    story = attack((await load_of(caller, COUNT)).at)
    steps = [replace(each, body={"title": 7}) for each in story.steps if each.send.endswith("/INTRUSION-1")]
    with pytest.raises(RemoteError) as refusal:
        await play(caller, [replace(story, steps=steps)])
    assert str(refusal.value).startswith("POST /_im/incidents/INTRUSION-1: the gateway answered 400: title: a text of")
