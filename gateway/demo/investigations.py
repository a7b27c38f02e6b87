"""The demo's investigations: what analysts open in Log360, with alerts of other incidents as evidence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from random import Random
from typing import Any, NamedTuple

from gateway.demo.calendar import moments_of
from gateway.demo.details import Details, details
from gateway.demo.handling import on_shift
from gateway.demo.stage import Stage
from gateway.demo.stories import Story
from gateway.dialects.log360 import writing
from gateway.dialects.log360.names import NAME
from gateway.dialects.log360.requests import NOBODY, Create, Update
from queries.periods import iso

_FIRST_NUMBER = 301
_TECHNICIANS = (501, 502, 503, 504)
_LATELY = 72 * 4
"""Steps back from which an investigation takes its evidence."""


class _Question(NamedTuple):
    name: str
    description: str
    severity: str
    note: str
    answer: str


_QUESTIONS = (
    _Question("Who else logged on from {src_ip}", "{username} logged on from {src_ip} ({country}); is that all?",
              "trouble", "report of logons by source drawn up", "two more accounts, both locked"),
    _Question("What {process_name} did on {hostname}", "{process_name} on {hostname} reached {dst_domain}.", "critical",
              "image of the host taken", "a loader; {hostname} set up anew"),
    _Question("Privileged group changed by {username}", "{username} added an account to a group of administrators.",
              "critical", "asked the owner of the group", "no request for it; taken back"),
    _Question("Audit log cleared on {hostname}", "The security log of {hostname} is empty since {minutes} minutes.",
              "trouble", "the copy in the collector is whole", "maintenance, announced too late"),
    _Question("Sign-ins of {username} outside office hours", "{failed_logins} logons of {username} at night.",
              "attention", "compared with the roster", "a scheduled task under a personal account"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Investigation:
    """What is sent of one investigation: as it is opened, and who changes it when, to what."""

    moment: int
    opened: Create
    steps: list[tuple[int, dict[str, Any]]]


def investigations(
    rng: Random, count: int, times: Sequence[datetime], stories: Sequence[Story]
) -> Iterator[Investigation]:
    """So many investigations over the moments, oldest first, of what the stories have alerts about."""
    for i, moment in enumerate(moments_of(rng, count, times)):
        seen = [each for each in stories if each.alerts and moment - _LATELY < each.moment < moment]
        behind = rng.sample(seen, min(len(seen), rng.randint(1, 2)))
        yield _investigation(rng, times, _FIRST_NUMBER + i, moment, behind)


async def tell(stage: Stage, told: Investigation) -> None:
    """Opens an investigation, and goes on with it."""
    analyst = stage.actor(on_shift(told.moment), NAME)
    number = await writing.create(stage.at(told.moment), analyst, told.opened, stage.zone)
    for moment, changed in told.steps:
        sent = Update.model_validate({"incident_id": number, "name": told.opened.name} | changed)
        await writing.update(stage.at(moment), stage.actor(on_shift(moment), NAME), sent, stage.zone)


def _investigation(
    rng: Random, times: Sequence[datetime], number: int, moment: int, behind: Sequence[Story]
) -> Investigation:
    asked, found = rng.choice(_QUESTIONS), details(rng)
    due = times[moment] + timedelta(days=rng.choice((1, 3, 7)))
    sent = {
        "name": f"{asked.name.format(**found)} ({number})",
        "description": asked.description.format(**found),
        "severity": asked.severity,
        "status": "open",
        "assignee": NOBODY,
        "due_date": iso(due),
        **_evidence(rng, behind),
    }
    return Investigation(moment, Create.model_validate(sent), list(_steps(rng, times, moment, asked, found)))


def _evidence(rng: Random, behind: Sequence[Story]) -> dict[str, Any]:
    """Alerts of the stories; without any, what a search in the logs showed."""
    alerts = [each["alert_id"] for each in chain.from_iterable(story.alerts for story in behind)]
    if alerts:
        return {"evidence": alerts, "source": "alert"}
    return {"evidence": [f"{rng.getrandbits(128):032x}_logs"], "source": "search"}


def _steps(
    rng: Random, times: Sequence[datetime], moment: int, asked: _Question, found: Details
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Taken within hours by most, answered within days by many; what comes after the last moment is not done yet."""
    taken = moment + rng.randint(1, 24)
    answered = taken + rng.randint(6, 300)
    if taken >= len(times) or rng.random() < 0.1:
        return
    yield taken, {"status": "in_progress", "assignee": rng.choice(_TECHNICIANS), "notes": [asked.note.format(**found)]}
    if answered < len(times) and rng.random() < 0.8:
        yield answered, {"status": "closed", "notes": [asked.answer.format(**found)]}
