"""Stories told to a gateway through its use cases, each at the moment at which it happened."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from itertools import groupby
from typing import Any

from gateway.alerts import timeline
from gateway.demo import arrangements, investigations, operating, reliability, scanning
from gateway.demo.handling import Step, on_shift
from gateway.demo.plans import Plan
from gateway.demo.stage import Stage
from gateway.demo.stories import Campaign, Story
from gateway.dialects.im.names import NAME
from gateway.incidents.writing import results
from gateway.incidents.writing.change import Change, change, field_edit
from gateway.incidents.writing.create import Draft, create
from gateway.incidents.writing.outcomes import Outcome, succeeded

DETECTION = "detection-pipeline"

_AT_ONCE = 6

Reached = Callable[[int], None]


async def load(stage: Stage, plan: Plan, reached: Reached) -> None:
    """Makes every incident and all that follows from it; `reached` is told how much of `effort` is done."""
    telling, stories = _Telling(stage, reached), plan.stories
    # Numbers are taken in the order in which the creations begin.
    begun = [(moment, list(each)) for moment, each in groupby(stories, lambda story: story.moment)]
    await _all(telling.creation(*each) for each in begun)
    for campaign, members in _by_campaign(stories):
        await telling.result(campaign, members)
    await _all(telling.alerts(each) for each in stories if each.alerts)
    await _all(telling.other(each) for each in _others(stage, plan))
    for wave in range(max((len(each.steps) for each in stories), default=0)):
        await _all(telling.steps(moment, asked) for moment, asked in _by_moment(stories, wave))


def effort(plan: Plan) -> int:
    """How many things `load` does."""
    told = sum(1 + bool(each.alerts) + len(each.steps) for each in plan.stories) + len(list(_by_campaign(plan.stories)))
    others = len(plan.cases) + len(plan.investigations) + len(plan.reports) + len(plan.outages)
    return told + others + bool(plan.outages)


class _Telling:
    """What it takes to tell a story, and how much has been told."""

    def __init__(self, stage: Stage, reached: Reached) -> None:
        self._stage, self._reached = stage, reached
        self._done = 0

    async def creation(self, moment: int, begun: Sequence[Story]) -> None:
        """Makes the incidents of one moment."""
        drafts = [Draft(each.fields, each.id) for each in begun]
        self._count(await create(self._stage.at(moment), self._stage.actor(DETECTION, NAME), drafts))

    async def result(self, campaign: Campaign, members: Sequence[Story]) -> None:
        """Makes the aggregation result of a campaign."""
        found, ids = members[0].fields, (f"by-{campaign.scenario.rule}", f"campaign-{campaign.number}")
        sent = {
            "title": f"{len(members)} incidents, one campaign: {found['title']}",
            "description": f"Same rule and same particulars; {campaign.scenario.cause}.",
            "severity": found.get("severity", "medium"),
            "started_at": found["started_at"],
            "comparison_fields": ["rule", *sorted(campaign.shared.keys() & found.keys())],
            "function_fields": ["risk_score"],
            "aggregation_info": {"window": "2h", "largest_risk": max(each.fields["risk_score"] for each in members)},
            "incident_ids": [each.id for each in members],
        }
        ctx = self._stage.at(members[-1].moment)
        await results.create(ctx, self._stage.actor(DETECTION, NAME), *ids, sent, refresh="false")
        self._count([None])

    async def alerts(self, story: Story) -> None:
        """Attaches a story's alerts."""
        ctx = self._stage.at(story.moment)
        await timeline.add_alerts(ctx, self._stage.actor(DETECTION, NAME), story.id, story.alerts, refresh="false")
        self._count([None])

    async def steps(self, moment: int, asked: Sequence[tuple[str, Step]]) -> None:
        """Does what was done at one moment, each to another incident."""
        changes = [Change(incident_id, field_edit(step.fields)) for incident_id, step in asked]
        self._count(await change(self._stage.at(moment), self._stage.actor(on_shift(moment), NAME), changes))

    async def other(self, told: Coroutine[Any, Any, None]) -> None:
        """Tells what comes through another dialect."""
        await told
        self._count([None])

    def _count(self, outcomes: Sequence[Outcome | None]) -> None:
        for each in outcomes:
            if each is not None:
                succeeded(each)
        self._done += len(outcomes)
        self._reached(self._done)


def _others(stage: Stage, plan: Plan) -> Iterator[Coroutine[Any, Any, None]]:
    """What is told through other dialects; the evidence of investigations is there by then."""
    yield from (scanning.tell(stage, each) for each in plan.reports)
    yield from (reliability.tell(stage, each) for each in plan.cases)
    yield from (investigations.tell(stage, each) for each in plan.investigations)
    if plan.outages:
        yield arrangements.arrange(stage)
    yield from (operating.tell(stage, each) for each in plan.outages)


def _by_campaign(stories: Sequence[Story]) -> Iterator[tuple[Campaign, list[Story]]]:
    campaigns = {each.campaign.number: each.campaign for each in stories if each.campaign}
    for number, campaign in sorted(campaigns.items()):
        yield campaign, [each for each in stories if each.campaign and each.campaign.number == number]


def _by_moment(stories: Sequence[Story], wave: int) -> Iterator[tuple[int, list[tuple[str, Step]]]]:
    """The steps that come at that place of their stories, together where they come at the same moment."""
    asked = [(each.steps[wave].moment, each.id, each.steps[wave]) for each in stories if len(each.steps) > wave]
    asked.sort(key=lambda each: each[:2])
    for moment, group in groupby(asked, lambda each: each[0]):
        yield moment, [(incident_id, step) for _, incident_id, step in group]


async def _all(jobs: Iterator[Coroutine[Any, Any, None]]) -> None:
    """Runs every job, some at once; after a failure, which is raised, none is begun."""

    async def work() -> None:
        for job in jobs:
            await job

    # Before Python 3.13 a TaskGroup whose task fails at the end of its block leaves its caller cancelled.
    workers = [asyncio.create_task(work()) for _ in range(_AT_ONCE)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
