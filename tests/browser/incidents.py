"""The incidents that the browser tests look at: many alike, and some that are known by their names."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import orjson

SEVERITIES = ("critical", "high", "medium", "low", "info")
MANY = 240
"""Incidents that are open and alike, an hour apart."""
CLOSED = 12
OPEN = MANY + 2
WORKFLOWS = {
    "default": {"new": "open", "in_progress": "in_progress", "resolved": "closed", "closed": "closed"},
    "vulnerabilities": {"reported": "open", "fixed": "closed"},
}

Json = dict[str, Any]


def fill(client: httpx2.Client) -> None:
    """Makes them all, and waits until they are found."""
    now = datetime.now(UTC)
    alike = [_incident(number, now) for number in range(MANY)]
    closed = [{**_incident(number, now), "status": "resolved"} for number in range(CLOSED)]
    for number, each in enumerate(closed):
        each["_meta"] = {"id": f"done-{number}"}
        each["acknowledged_at"] = _before(now, hours=number + 1, minutes=-30)
        each["resolved_at"] = _before(now, hours=number)
        each["started_at"] = _before(now, hours=number + 1)
    make(client, [*alike, *closed, _known(now), _vulnerability(now)])
    alerts = [_alert(number, now) for number in range(40)]
    client.post("/_im/incidents/known/alerts?refresh=true", json=alerts).raise_for_status()
    client.post("/_im/incidents/known/notes?refresh=true", json={"body": "called the owner"}).raise_for_status()


def make(client: httpx2.Client, incidents: list[Json]) -> None:
    """Makes incidents by one request, and waits until they are found. Raises AssertionError for one that cannot be."""
    lines = b"\n".join(orjson.dumps(each) for each in incidents) + b"\n"
    headers = {"content-type": "application/x-ndjson"}
    answer = client.post("/_im/incidents/bulkCreate?refresh=true", content=lines, headers=headers)
    assert answer.is_success, answer.text
    assert not answer.json()["errors"], answer.text


def _incident(number: int, now: datetime) -> Json:
    return {
        "_meta": {"id": f"alike-{number}"},
        "title": f"Beacon {number} to a new domain",
        "severity": SEVERITIES[number % 5],
        "source": ("ndr", "edr", "siem")[number % 3],
        "host": f"srv-{number % 7}",
        "score": number % 100,
        "tags": ["network"] if number % 2 else ["network", "night"],
        "mitre": ["T1071.001"] if number % 4 else ["T1071", "T1566.001"],
        "started_at": _before(now, hours=number + 1),
    }


def _known(now: datetime) -> Json:
    return {
        "_meta": {"id": "known"},
        "title": "Known to everybody",
        "description": "What the tests open.",
        "severity": "high",
        "source": "siem",
        "assignee": {"name": "carol"},
        "mitre": ["T1059.001", "T1566"],
        "started_at": _before(now, minutes=5),
    }


def _vulnerability(now: datetime) -> Json:
    """One whose workflow lacks the statuses of the others."""
    return {
        "_meta": {"id": "vulnerability"},
        "title": "A library with a hole",
        "workflow_id": "vulnerabilities",
        "severity": "low",
        "source": "scanner",
        "started_at": _before(now, minutes=6),
    }


def _alert(number: int, now: datetime) -> Json:
    return {
        "alert_id": f"alert-{number}",
        "status": "critical" if number % 4 else "ok",
        "description": f"finding {number}",
        "started_at": _before(now, minutes=number),
    }


def _before(now: datetime, **length: float) -> str:
    return (now - timedelta(**length)).isoformat()
