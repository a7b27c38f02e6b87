"""How analysts handle an incident: who takes it when, what they write, how and when it ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from gateway.demo.calendar import first_after
from gateway.demo.details import Details
from gateway.demo.scenarios import Scenario
from queries.periods import iso

ANALYSTS = ("ada.novak", "ben.sato", "carla.weiss", "deniz.kaya", "emil.larsen", "fatima.elamrani")
LEAD = "grace.okoye"

# Median minutes until an incident is taken, and from then until it ends.
_TAKEN = {"critical": 12, "high": 45, "medium": 180, "low": 600, "info": 1500, None: 900}
_ENDED = {"critical": 420, "high": 900, "medium": 1300, "low": 1800, "info": 1200, None: 1200}
_NEGLECTED = {"low": 0.1, "info": 0.25, None: 0.1}
_QUESTIONS = (
    "asked {username} whether this was them",
    "waiting for the owner of {hostname}",
    "evidence saved, {src_ip} looked up: nothing known",
    "same source as an incident of last week, comparing",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One change of an incident at one of the demo's moments."""

    moment: int
    fields: dict[str, Any]


def on_shift(moment: int) -> str:
    """Who is on shift then; a shift is eight hours."""
    return ANALYSTS[moment // 24 % len(ANALYSTS)]


def handling(
    rng: Random, times: Sequence[datetime], created: int, scenario: Scenario, severity: str | None, found: Details
) -> Iterator[Step]:
    """What is done about an incident until now."""
    taken = _later(rng, times, created, _TAKEN[severity])
    if taken is None or rng.random() < _NEGLECTED.get(severity, 0):
        return
    yield Step(taken, _taking(times[taken], on_shift(taken)))
    asked = _later(rng, times, taken, _ENDED[severity] // 4)
    if asked is not None and rng.random() < 0.3:
        yield Step(asked, {"status": "on_hold", "comment": rng.choice(_QUESTIONS).format(**found)})
    ended = _later(rng, times, asked or taken, _ENDED[severity])
    if ended is None:
        return
    yield Step(ended, _ending(rng, scenario))
    again = _later(rng, times, ended, 2000)
    if again is not None and rng.random() < 0.02:
        yield Step(again, {"status": "in_progress", "comment": "seen again, reopened"})


def _later(rng: Random, times: Sequence[datetime], since: int, median: float) -> int | None:
    delay = timedelta(minutes=median * rng.lognormvariate(0, 0.8))
    return first_after(times, times[min(since + 1, len(times) - 1)], delay)


def _taking(at: datetime, analyst: str) -> dict[str, Any]:
    return {
        "status": "in_progress",
        "assignee": {"name": analyst, "email": f"{analyst}@example.com"},
        "reviewer": LEAD,
        "acknowledged_at": iso(at),
        "acknowledged_by": {"id": analyst, "email": f"{analyst}@example.com"},
    }


def _ending(rng: Random, scenario: Scenario) -> dict[str, Any]:
    if rng.random() < scenario.false_positives:
        return {"status": "false_positive", "resolution": "false_positive", "comment": "expected, no action"}
    status = "resolved" if rng.random() < 0.7 else "closed"
    return {"status": status, "resolution": "mitigated", "comment": scenario.cause}
