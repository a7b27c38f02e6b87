"""What `prune` forgets, what it leaves, and what it leaves to others who write meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
from typer.testing import Result

from gateway.dialects.settings import load
from gateway.incidents.session import Session
from gateway.incidents.writing import pruning
from gateway.incidents.writing.pruning import Forgotten, Limits
from queries.errors import QueryError
from tests.gateway.alerts.stage import START, Stage, staged
from tests.serving import serving

pytestmark = pytest.mark.anyio

Run = Callable[..., Result]
YEAR = timedelta(days=365)


def closed(limit: datetime) -> Limits:
    return Limits(closed=limit)


async def left(stage: Stage) -> set[str]:
    """Which incidents there are."""
    found = await stage.session.incidents.get_many(["old", "late", "open", "noted"])
    return {each.id for each in found if each}


async def begun(stage: Stage) -> None:
    """Of a year ago: one closed, one open; one closed, to which somebody wrote today; one closed today."""
    for name in ("old", "open", "noted"):
        await stage.make(name, **({} if name == "open" else {"status": "closed"}))
    await stage.says("critical", host="h")
    stage.now += YEAR
    await stage.make("late", status="closed")
    await change(stage, "noted", {"reviewer": "ann"})


async def change(stage: Stage, incident_id: str, fields: dict[str, Any]) -> None:
    held = await stage.session.incidents.get(incident_id)
    assert held
    updated = {"updated_at": stage.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    after = {**held.source, **fields, **updated}
    kind = after.pop("kind")
    await stage.session.incidents.revise(incident_id, lambda _before: after | {"kind": kind})


async def test_what_was_closed_long_ago_goes_with_all_that_hangs_on_it(opensearch_url: str, tenant: str) -> None:
    async with staged(opensearch_url, tenant) as stage:
        await begun(stage)
        limit = START + YEAR / 2
        assert await pruning.prune(stage.session, closed(limit), dry_run=True) == Forgotten(1)
        assert await left(stage) == {"old", "late", "open", "noted"}
        assert await pruning.prune(stage.session, closed(limit)) == Forgotten(1)
        assert await left(stage) == {"late", "open", "noted"}
        assert await stage.told("old") == ["deleted"]
        assert await pruning.prune(stage.session, closed(limit)) == Forgotten()


async def test_one_that_is_reopened_meanwhile_stays(opensearch_url: str, tenant: str) -> None:
    async with staged(opensearch_url, tenant) as stage:
        await begun(stage)
        numbers = Session.numbers

        async def reopening(session: Session, count: int) -> list[int]:
            await change(stage, "old", {"status": "new", "state": "open"})
            return await numbers(session, count)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Session, "numbers", reopening)
            told = await pruning.prune(stage.session, closed(START + YEAR / 2))
        assert told == Forgotten(0, 0, kept=1)
        assert await left(stage) == {"old", "late", "open", "noted"}


async def test_old_activities_go_but_the_last_of_all(opensearch_url: str, tenant: str) -> None:
    async with staged(opensearch_url, tenant) as stage:
        await begun(stage)
        before = await stage.session.events.highest("sequence")
        told = await pruning.prune(stage.session, Limits(told=START + YEAR / 2))
        assert (told.incidents, told.activities > 2) == (0, True)
        later = await pruning.prune(stage.session, Limits(told=stage.now + YEAR))
        assert later == Forgotten()
        assert await stage.session.events.highest("sequence") == before
        assert await left(stage) == {"old", "late", "open", "noted"}


@pytest.mark.parametrize("age", ["2", "y", "0d", "-1d", "2h", "2 y", "99999d", "2y/d"])
def test_what_is_no_age_is_refused(age: str) -> None:
    with pytest.raises(QueryError, match="is no age"):
        pruning.before(age, datetime(2026, 1, 1, tzinfo=UTC), "--older-than")


def test_ages_are_the_calendars() -> None:
    now = datetime(2026, 3, 31, tzinfo=UTC)
    told = [pruning.before(age, now, "").date().isoformat() for age in ("2y", "1M", "2w", "10d")]
    assert told == ["2024-03-31", "2026-02-28", "2026-03-17", "2026-03-21"]


def test_each_tenant_by_its_own_retention(run: Run, opensearch_url: str, tenant: str, tmp_path: Path) -> None:
    with serving(load(opensearch_url=opensearch_url, default_tenant=tenant)) as url:
        body = {"title": "t", "status": "closed"}
        httpx2.post(f"{url}/_im/incidents/a?refresh=true", json=body, timeout=60).raise_for_status()
    log = tmp_path / "audit.log"
    given = ("--retention", "2y", "--activities", "none")
    assert run("tenant", "set", tenant, *given, GATEWAY_AUDIT_LOG=str(log)).exit_code == 0
    line = orjson.loads(log.read_bytes())
    assert (line["event"], line["tenant"], line["outcome"]) == ("tenant set", tenant, "done")
    shown = orjson.loads(run("tenant", "show", tenant, "--json").stdout)
    assert (shown["retention"], shown["activity_retention"]) == ("2y", "none")
    done = run("prune", "--retention", "--tenant", tenant, "--json")
    assert (done.exit_code, orjson.loads(done.stdout)) == (
        0,
        [{"tenant": tenant, "incidents": 0, "activities": 0, "kept": 0}],
    )


def test_what_cannot_be_forgotten_is_said(run: Run, tenant: str) -> None:
    commands = (
        "prune",
        "prune --retention --older-than 2y",
        f"tenant set {tenant}",
        "tenant set nobody-x --retention 1y",
        f"tenant set {tenant} --retention 2",
        "prune --older-than 2y --tenant nobody-x",
    )
    said = [run(*each.split()).stderr.removeprefix("incident-gateway: ").strip() for each in commands]
    wants = "prune wants --older-than, --activities or both; or --retention"
    assert said == [
        wants,
        wants,
        "tenant set wants --retention, --activities or both",
        'no tenant "nobody-x"',
        '--retention: "2" is no age: a number and d, w, M or y, as 2y',
        'no tenant "nobody-x"',
    ]
