"""The demo's incidents from first alert to last note: the same for the same seed, but for the day they end on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from gateway.demo.calendar import busyness
from gateway.demo.details import Details, details
from gateway.demo.handling import Step, handling
from gateway.demo.scenarios import Scenario, scenarios
from queries.periods import iso

_FIRST_NUMBER = 10_001
_UNRATED = 0.015
_DUE = {"critical": 1, "high": 2, "medium": 5, "low": 14, "info": 30}
_PRIORITY = {"critical": "p1", "high": "p2", "medium": "p3", "low": "p4", "info": "p4"}
_RISK = {"critical": 92, "high": 76, "medium": 52, "low": 28, "info": 12}
_ENGINES = {"anomaly": 3, "correlation": 4, "signature": 5, "threat-intel": 2}


@dataclass(frozen=True, slots=True)
class Campaign:
    """A burst of incidents with one cause: where it begins, and the details that all of them share."""

    number: int
    moment: int
    scenario: Scenario
    shared: Details


@dataclass(frozen=True, slots=True)
class Story:
    """One incident: when it is made and of what, the alerts behind it, and what is done about it."""

    id: str
    moment: int
    fields: dict[str, Any]
    alerts: list[dict[str, Any]]
    steps: list[Step]
    campaign: Campaign | None


def stories(count: int, times: Sequence[datetime], seed: int) -> list[Story]:
    """So many stories over the moments, oldest first."""
    rng = Random(seed)
    plots = sorted(_plots(rng, count, times), key=lambda plot: plot[0])
    return [_story(rng, times, _FIRST_NUMBER + i, *plot) for i, plot in enumerate(plots)]


def _plots(rng: Random, count: int, times: Sequence[datetime]) -> Iterator[tuple[int, Scenario, Campaign | None]]:
    """Where each story begins, by which scenario, in which campaign if any: about every fifth is in one."""
    known = scenarios()
    weights, busy = [each.weight for each in known], [busyness(each) for each in times]
    campaigns = [_campaign(rng, i, times, known) for i in range(min(10, count // 50))]
    for moment in rng.choices(range(len(times)), busy, k=count):
        if campaigns and rng.random() < 0.2:
            campaign = rng.choice(campaigns)
            begun = min(campaign.moment + round(rng.expovariate(1 / 6)), len(times) - 1)
            yield begun, campaign.scenario, campaign
        else:
            yield moment, rng.choices(known, weights)[0], None


def _campaign(rng: Random, number: int, times: Sequence[datetime], known: Sequence[Scenario]) -> Campaign:
    scenario = rng.choice([each for each in known if "external" in each.tags or "phishing" in each.tags])
    found, shared = details(rng), ("src_ip", "dst_domain", "country", "cve", "cvss", "file_name", "file_hash")
    moment = rng.randrange(len(times) // 10, len(times) * 9 // 10)
    return Campaign(number, moment, scenario, {name: found[name] for name in shared})


def _story(
    rng: Random, times: Sequence[datetime], number: int, moment: int, scenario: Scenario, campaign: Campaign | None
) -> Story:
    found = details(rng) | (campaign.shared if campaign else {})
    levels = scenario.severities
    severity = None if rng.random() < _UNRATED else rng.choices(list(levels), list(levels.values()))[0]
    started = times[moment] - timedelta(seconds=30 + round(240 * rng.lognormvariate(0, 1.0)))
    fields = {**_told(scenario, found, started), **_rated(severity, started), **_custom(rng, scenario, severity, found)}
    alerts = list(_alerts(rng, scenario, severity, found, started))
    steps = list(handling(rng, times, moment, scenario, severity, found))
    return Story(f"SOC-{number}", moment, fields, alerts, steps, campaign)


def _told(scenario: Scenario, found: Details, started: datetime) -> dict[str, Any]:
    return {
        "title": scenario.title.format(**found),
        "description": scenario.description.format(**found),
        "category": scenario.category,
        "type": scenario.type,
        "source": scenario.source,
        "tags": list(scenario.tags),
        "mitre": list(scenario.mitre),
        "started_at": iso(started),
    }


def _rated(severity: str | None, started: datetime) -> dict[str, Any]:
    if severity is None:
        return {}
    due = started + timedelta(days=_DUE[severity])
    return {"severity": severity, "priority": _PRIORITY[severity], "due_at": iso(due)}


def _custom(rng: Random, scenario: Scenario, severity: str | None, found: Details) -> dict[str, Any]:
    risk = _RISK.get(severity or "", 40) + rng.gauss(0, 6)
    return {
        "rule": scenario.rule,
        "risk_score": round(min(max(risk, 0), 100), 1),
        "business_unit": found["business_unit"],
        "detection_engine": rng.choices(list(_ENGINES), list(_ENGINES.values()))[0],
        "platforms": list(scenario.platforms),
        **{name: found[name] for name in scenario.fields},
    }


def _alerts(
    rng: Random, scenario: Scenario, severity: str | None, found: Details, started: datetime
) -> Iterator[dict[str, Any]]:
    """What was seen: on every critical incident, on some of the high ones."""
    wanted = {"critical": 1.0, "high": 0.25}.get(severity or "", 0.0)
    for i in range(rng.randint(1, 4) if rng.random() < wanted else 0):
        at = started + timedelta(seconds=i * rng.randint(5, 30))
        yield {
            "alert_id": f"{rng.getrandbits(96):024x}",
            "status": "firing",
            "severity": severity,
            "started_at": iso(at),
            "description": f"{scenario.rule} on {found['hostname']}",
            "tags": [{"name": "host", "value": found["hostname"]}, {"name": "rule", "value": scenario.rule}],
            "source": scenario.source,
            "ext": {"log360": {"hostname": found["hostname"], "username": found["username"]}},
        }
