"""How a tenant comes to hold the demo's incidents: loaded once, and gone on with where a load was interrupted.

How far a load has come is written down in the tenant itself, as a change that is in progress and then done.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice

import orjson

from gateway.client import Caller, snapshot
from gateway.demo.background import DAYS, attack, background
from gateway.demo.playing import play
from gateway.demo.stories import Step, Story

TOGETHER = 100
"""Stories that are told side by side."""

_CHANGE = "demo-incidents"
_HEADERS = {"User-ID": "demo", "x-bp-app-key": "demo"}


class DemoError(Exception):
    """Why the demo cannot be shown; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Load:
    """How many incidents there are to be, of the days before when, and how many are there with all that was done.

    What was made after `noted_at` belongs to none of those.
    """

    incidents: int
    at: datetime
    there: int
    noted_at: datetime

    @property
    def is_whole(self) -> bool:
        """Whether every incident is there."""
        return self.there == self.incidents

    def __str__(self) -> str:
        return f"{self.there:,} incidents of the {DAYS} days before {self.at:%Y-%m-%d} are there"


async def load_of(caller: Caller, count: int) -> Load:
    """How far the tenant's load has come; else one of so many incidents that is yet to begin. Raises RemoteError.

    Raises DemoError for a tenant with incidents that the demo did not make.
    """
    query = f"start_time_frame=0&search={_CHANGE}"
    changes = (await caller.ask(f"GET /resources/v2.0/changes?{query}", headers=_HEADERS))["results"]
    noted = next((each["metadata"] for each in changes if each["source_system"] == "api.demo"), None)
    if noted is not None:
        times = {name: datetime.fromisoformat(noted[name]) for name in ("at", "noted_at")}
        return Load(incidents=noted["incidents"], there=noted["there"], **times)
    if await _count(caller):
        raise DemoError(f'tenant "{caller.target.tenant}" holds incidents that are not the demo\'s; name another one')
    now = datetime.now(UTC)
    return Load(count, now, 0, now)


async def _count(caller: Caller) -> int:
    """How many documents the tenant has; a point in time shows those of a moment ago too."""
    pit = {"pit": (await caller.ask("GET /_im/incidents/pit"))["id"]}
    page = await caller.ask("POST /_im/incidents_full_types", pit | {"size": 0, "with_total_docs": True})
    await caller.ask("DELETE /_im/incidents/pit", {"id": pit["pit"]})
    return int(page["total_docs"])


async def go_on(caller: Caller, load: Load) -> AsyncIterator[Load]:
    """Loads what is wanting, the attack first; the load as it is once that is there, and after each part of the rest.

    Raises RemoteError.
    """
    story = attack(load.at)
    if load.there == 0:
        await _delete_after(caller, load.noted_at)
        load = await _note(caller, load)
        await play(caller, [story])
        load = await _note(caller, replace(load, there=story.incidents))
    yield load
    if load.is_whole:
        return
    await _delete_after(caller, load.noted_at)
    stories = islice(background(load.incidents - story.incidents, load.at), load.there - story.incidents, None)
    while together := list(islice(stories, TOGETHER)):
        await play(caller, together)
        load = await _note(caller, replace(load, there=load.there + len(together)))
        yield load


async def _note(caller: Caller, load: Load) -> Load:
    """Writes down how far the load has come by now."""
    load = replace(load, noted_at=datetime.now(UTC))
    times = {"at": load.at.isoformat(), "noted_at": load.noted_at.isoformat()}
    change = {
        "identifier": _CHANGE,
        "status": "Done" if load.is_whole else "In Progress",
        "summary": f"made-up incidents of the {DAYS} days before",
        "start": int(load.at.timestamp()),
        "metadata": {"incidents": load.incidents, "there": load.there, **times},
    }
    await caller.ask("POST /data/changes", change, headers=_HEADERS)
    return load


async def _delete_after(caller: Caller, moment: datetime) -> None:
    """Deletes what an interrupted load has made since then; what was made by somebody without a name is no demo's."""
    since = {"range": {"created_at": {"gte": moment.isoformat(timespec="milliseconds")}}}
    ours = {"bool": {"must": [since], "must_not": [{"term": {"created_by": "anonymous"}}]}}
    fields, content = ["aggregation_id", "result_id"], BytesIO()
    async with snapshot(caller.target, {"search_query": ours, "fields": fields}) as wanted:
        ending = await wanted.write(content, lambda _count: None)
    if ending.reason is not None:
        raise DemoError(f"what an interrupted load left cannot be listed: {ending.reason}")
    documents = [orjson.loads(each) for each in content.getvalue().splitlines()]
    await play(caller, [_deletion(**each) for each in documents])


def _deletion(_meta: dict[str, str], aggregation_id: str = "", result_id: str = "") -> Story:
    path = f"/_im/aggregations/results/{aggregation_id}/{result_id}" if result_id else f"/_im/incidents/{_meta['id']}"
    return Story([Step("demo", f"DELETE {path}")], {})
