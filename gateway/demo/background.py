"""What happens every day: incidents of several teams over the last 30 days, the same for the same seed and moment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from gateway.demo.drawing import drawn
from gateway.demo.stories import Step, Story

DAYS = 30
SEED = 20_261_101

_FOLDER = Path(__file__).parent
_FIRST_NUMBER = 10_001
_STEP = timedelta(minutes=20)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Team:
    """A team: its share of the incidents, of what kinds they are, and what is done about one."""

    team: str
    share: int
    names: dict[str, Any]
    steps: list[Step]
    kinds: list[dict[str, Any]]


def attack(now: datetime) -> Story:
    """The story of an attack over the two days before `now`."""
    data = msgspec.json.decode((_FOLDER / "attack.json").read_bytes(), type=_Attack)
    return Story(data.steps, {"now": now}, data.incidents)


def teams() -> list[Team]:
    """Every team."""
    files = sorted((_FOLDER / "teams").glob("*.json"))
    return [msgspec.json.decode(each.read_bytes(), type=Team) for each in files]


def words() -> dict[str, Any]:
    """How the particulars of an incident are drawn, in their order."""
    described: dict[str, Any] = msgspec.json.decode((_FOLDER / "words.json").read_bytes())
    return described


def background(count: int, now: datetime, seed: int = SEED) -> Iterator[Story]:
    """So many stories of one incident each, the oldest first."""
    rng, known, particulars = Random(seed), teams(), words()
    shares = [each.share for each in known]
    for i, moment in enumerate(_moments(rng, count, now)):
        team = rng.choices(known, shares)[0]
        names = {"now": now, "started": moment, "shift": _shift(moment), "number": _FIRST_NUMBER + i}
        yield _story(rng, team, particulars, names)


@dataclass(frozen=True, slots=True)
class _Attack:
    incidents: int
    steps: list[Step]


def _story(rng: Random, team: Team, particulars: Mapping[str, Any], names: dict[str, Any]) -> Story:
    kind = rng.choices(team.kinds, [each["weight"] for each in team.kinds])[0]
    for name, described in [*particulars.items(), *kind.items(), *team.names.items()]:
        names[name] = drawn(rng, described, names)
    return Story(team.steps, names)


def _moments(rng: Random, count: int, now: datetime) -> Sequence[datetime]:
    """So many moments before `now`, rising; more in office hours than at night, more on weekdays than after."""
    first = now - timedelta(days=DAYS)
    steps = [first + i * _STEP for i in range(timedelta(days=DAYS) // _STEP)]
    drawn_steps = rng.choices(steps, [_busyness(each) for each in steps], k=count)
    return sorted(each + timedelta(seconds=rng.randrange(_STEP.seconds)) for each in drawn_steps)


def _shift(moment: datetime) -> str:
    """Who is on shift then takes what happens, and another crew the day after."""
    return f"{('even', 'odd')[moment.toordinal() % 2]} {('night', 'day', 'late')[moment.hour // 8]}"


def _busyness(moment: datetime) -> float:
    """How much happens then, against the busiest hour of a weekday."""
    by_day = 1.0 if moment.weekday() < _SATURDAY else 0.4
    by_hour = 1.0 if moment.hour in range(8, 18) else 0.5 if moment.hour in range(6, 22) else 0.25
    return by_day * by_hour
