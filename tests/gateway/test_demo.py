import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway import attack
from gateway.demo import holdings
from gateway.demo.calendar import DAYS, busyness, first_after, moments
from gateway.demo.holdings import DemoError, fill, is_wanting, told_of
from gateway.demo.loading import Reached, effort
from gateway.demo.plans import PART, plan
from gateway.demo.scenarios import scenarios
from gateway.demo.stories import stories
from gateway.dialects.settings import load
from gateway.incidents.model.documents import identified, incident_fields
from gateway.incidents.session import Actor
from gateway.incidents.writing.create import Draft, create
from gateway.serving.app import running
from gateway.state import Gateway
from queries.criteria import Everything
from queries.searches import Search
from tests.serving import search_path

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TIMES = moments(NOW)
TOLD = stories(2000, TIMES, seed=1)
PLAN = plan(5000, TIMES, seed=1)


def test_moments_rise_through_the_days_before_now() -> None:
    assert sorted(set(TIMES)) == TIMES
    assert NOW - timedelta(days=DAYS) <= TIMES[0]
    assert TIMES[-1] < NOW


@pytest.mark.parametrize(
    ("start", "delay", "expected"),
    [
        pytest.param(0, timedelta(), 0, id="at once"),
        pytest.param(0, timedelta(seconds=1), 1, id="at the next moment"),
        pytest.param(-1, timedelta(seconds=1), None, id="after the last moment"),
    ],
)
def test_the_first_moment_after_a_delay(start: int, delay: timedelta, expected: int | None) -> None:
    assert first_after(TIMES, TIMES[start], delay) == expected


def test_nights_and_weekends_are_quieter() -> None:
    monday, night, saturday = (datetime(2026, 11, *each, tzinfo=UTC) for each in ((16, 10), (16, 2), (21, 10)))
    assert busyness(monday) > busyness(saturday) > busyness(night)


def test_the_same_seed_tells_the_same_stories() -> None:
    assert plan(100, TIMES, seed=7) == plan(100, TIMES, seed=7)
    assert plan(100, TIMES, seed=7) != plan(100, TIMES, seed=8)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        pytest.param(49, (49, 0, 0, 0, 0), id="too few for a part"),
        pytest.param(50, (47, 1, 1, 8, 1), id="one of each"),
        pytest.param(1000, (940, 20, 20, 8, 20 - 4), id="a part of many, but as many scans"),
        pytest.param(5000, (4760, 100, 100, 8, 40 - 6), id="no more outages than make forty incidents"),
    ],
)
def test_the_other_dialects_have_a_part_each(count: int, expected: tuple[int, ...]) -> None:
    told = plan(count, TIMES, seed=1)
    parts = (told.stories, told.cases, told.investigations, told.reports, told.outages)
    assert tuple(len(each) for each in parts) == expected
    assert sum(each.id.startswith("DQ-") for each in told.stories) == count // PART


def test_every_technique_is_in_the_shipped_catalogue() -> None:
    known = {each.id for each in attack.load().techniques}
    assert {technique for each in scenarios() for technique in each.mitre} - known == set()


def test_every_incident_can_be_made() -> None:
    for each in PLAN.stories:
        identified(each.id)
        incident_fields(each.fields, NOW)
    assert len({each.id for each in PLAN.stories}) == len(PLAN.stories)
    assert len({each.id for each in PLAN.cases}) == len(PLAN.cases)
    assert len({each.opened.name for each in PLAN.investigations}) == len(PLAN.investigations)
    assert not [each.fields["title"] for each in TOLD if re.search(r"[{}]", each.fields["description"])]


def test_steps_follow_each_other() -> None:
    for each in PLAN.stories:
        told = [each.moment, *(step.moment for step in each.steps)]
        assert told == sorted(set(told)), each.id


def test_incidents_are_as_severe_as_they_are_in_life() -> None:
    shares = {level: count / len(TOLD) for level, count in Counter(_severity(each.fields) for each in TOLD).items()}
    assert set(shares) == {"critical", "high", "medium", "low", "info", ""}
    assert shares["critical"] < 0.1 < shares["high"] < shares["medium"] < 0.5


def _severity(fields: dict[str, object]) -> str:
    return str(fields.get("severity", ""))


@pytest.fixture
async def gateway(opensearch_url: str) -> AsyncIterator[Gateway]:
    """The parts of a gateway; its clock stands still, as what is planned changes with the moment."""
    now = datetime.now(UTC)
    async with running(load(opensearch_url=opensearch_url), lambda: now) as opened:
        yield opened


@contextmanager
def quiet(_total: int) -> Iterator[Reached]:
    """A progress for nobody."""
    yield lambda _done: None


async def held(gateway: Gateway, tenant: str) -> int | None:
    return (await gateway.reader.find(tenant, Search(Everything(), (), 0, total=True))).total


@pytest.mark.anyio
async def test_loading_tells_everything_and_how_far_it_is(
    gateway: Gateway, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []

    @contextmanager
    def progress(total: int) -> Iterator[Reached]:
        told.append(total)
        yield told.append

    await fill(gateway, tenant, 100, progress)
    wanted, *reached = told
    assert (reached == sorted(reached), reached[-1]) == (True, wanted)
    assert wanted == effort(plan(100, moments(gateway.ctx.clock()), holdings.SEED))
    # One campaign, and its result.
    assert (await held(gateway, tenant), await is_wanting(gateway, tenant)) == (101, False)
    assert (await told_of(gateway, tenant)).startswith("100 incidents of the 30 days before ")


@pytest.mark.anyio
async def test_what_an_interrupted_load_left_is_replaced(gateway: Gateway, tenant: str) -> None:
    @contextmanager
    def interrupted(_total: int) -> Iterator[Reached]:
        def reached(done: int) -> None:
            if done > 20:
                raise InterruptedError

        yield reached

    with pytest.raises(InterruptedError):
        await fill(gateway, tenant, 60, interrupted)
    assert await is_wanting(gateway, tenant)
    await fill(gateway, tenant, 40, quiet)
    assert (await held(gateway, tenant), await is_wanting(gateway, tenant)) == (40, False)


@pytest.mark.anyio
async def test_other_incidents_are_never_replaced(gateway: Gateway, tenant: str) -> None:
    draft = Draft({"title": "a real one"})
    await create(gateway.ctx, Actor(tenant, "somebody", "im"), [draft], refresh="true")
    with pytest.raises(DemoError) as refusal:
        await is_wanting(gateway, tenant)
    assert str(refusal.value) == f'tenant "{tenant}" holds incidents that are not the demo\'s; name another one'


@dataclass(frozen=True, slots=True)
class Shown:
    """What a demo said of its incidents, what its requests were answered, and its exit code."""

    said: str
    answers: list[dict[str, Any]]
    code: int


def test_the_demo_shows_requests_that_work_and_loads_once(opensearch_url: str, tenant: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gateway", "demo", "--tenant", tenant, "--port", "0", "--incidents"]
    environment = {**os.environ, "GATEWAY_OPENSEARCH_URL": opensearch_url, "PATH": search_path(tmp_path)}
    first = _shown([*command, "250"], environment, signal.SIGTERM, requests=7)
    again = _shown([*command, "9"], environment, signal.SIGINT, requests=6)
    fresh = _shown([*command, "9", "--fresh"], environment, signal.SIGTERM, requests=6)
    there = r"250 incidents of the 30 days before [0-9-]+ are there; --fresh loads them anew\n"
    assert (first.said, fresh.said) == ("loading 250 incidents\n", "loading 9 incidents\n")
    assert re.fullmatch(there, again.said)
    assert [each.code for each in (first, again, fresh)] == [0, 0, 0]
    pit, page, counts, matrix, changed, alerted, merged = first.answers
    assert (pit["is_show_aggs"], counts["total_docs"]) == (True, 254)
    assert page["docs"]
    assert matrix["tactics"]
    assert (matrix["unknown"], matrix["incident_id"]) == ([], changed["items"][0]["update"]["_id"])
    assert [each["update"]["status"] for each in changed["items"]] == [200, 200, 200]
    assert [each.answers[2]["total_docs"] for each in (again, fresh)] == [254, 9]
    assert merged == {"status": 202, "data": {}}
    assert [alerted["total"], again.answers[5]["total"], fresh.answers[5]["total"]] == [2, 1, 0]


def _shown(command: list[str], environment: dict[str, str], stop: signal.Signals, *, requests: int) -> Shown:
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, text=True, stdout=pipe, stderr=pipe) as demo:
        assert demo.stdout
        assert demo.stderr
        lines = islice((line for line in demo.stdout if line.startswith("curl ")), requests)
        done = [subprocess.run(["sh", "-c", each], env=environment, capture_output=True, check=True) for each in lines]
        demo.send_signal(stop)
        said = demo.stderr.read()
    return Shown(said, [orjson.loads(each.stdout) for each in done], demo.returncode)
