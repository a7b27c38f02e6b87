"""An incident as v1 sends it, and as it then answers."""

from typing import Any

BODY: dict[str, Any] = {
    "type": "ANOMALY",
    "incidentId": "INC-1",
    "title": "Disk is slow",
    "category": "PERFORMANCE",
    "description": "latency over 80 ms",
    "recommendation": "look at the array",
    "source": "nagios",
    "status": "OPEN",
    "resolution": "",
    "services": [{"name": "api", "namespace": "prod", "team": ["a", None]}, {"name": "db"}],
    "metricNames": ["disk.latency"],
    "startTime": "2026-11-22T08:00:00Z",
    "endTime": "2026-11-22T09:00:00.5Z",
    "sourceSite": "eu-1",
    "severity": "Sev1",
    "priority": "P2",
    "metadata": {"host": "srv-1", "nested": {"none": None, "list": [1, {"a": None}]}},
}

PATCH: dict[str, Any] = {
    "title": "Disk is dead",
    "description": "no answer",
    "recommendation": "replace it",
    "status": "RESOLVED",
    "resolution": "replaced",
    "severity": "major",
    "priority": "P1",
}

UNACKNOWLEDGED = {"ackTime": None, "ackUserId": None, "ackUserEmail": None}
SHOWN: dict[str, Any] = BODY | {"endTime": "2026-11-22T09:00:00.500Z"} | UNACKNOWLEDGED
