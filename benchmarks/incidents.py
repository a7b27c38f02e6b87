"""The incidents that are measured with: as a SIEM would send them, the same ones in every run."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from queries.periods import iso

DAYS = 45

SEVERITIES = {"critical": 3, "high": 10, "medium": 35, "low": 32, "info": 20}
_STATUSES = ("new", "in_progress", "on_hold", "resolved", "false_positive", "closed")
_CATEGORIES = ("malware", "phishing", "credential_access", "exfiltration", "policy", "vulnerability")
_REGIONS = ("eu-west", "eu-north", "us-east", "ap-south")
_UNITS = ("retail", "bank", "operations", "research")
_TAGS = ("vip", "pci", "dmz", "cloud", "laptop", "server")
_TECHNIQUES = ("T1059", "T1059.001", "T1566", "T1110", "T1486", "T1021.002")
_SOURCES = ("siem", "edr", "ndr", "mail")


def incident_id(number: int) -> str:
    """The id of the incident of that number."""
    return f"bench-{number:07d}"


def incidents(first: int, count: int, now: datetime) -> Iterator[dict[str, Any]]:
    """So many incidents, of the days before `now`, each with four custom fields, about a kilobyte once stored."""
    for number in range(first, first + count):
        rng = Random(number)
        yield {
            "_meta": {"id": incident_id(number)},
            **_what(rng, number),
            **_custom(rng),
            "started_at": iso(now - timedelta(days=DAYS) * rng.random()),
        }


def _what(rng: Random, number: int) -> dict[str, Any]:
    category, host = rng.choice(_CATEGORIES), f"host-{rng.randrange(5000):04d}"
    return {
        "title": f"{category} on {host}",
        "description": f"alert {number} on {host}: events of endpoint, proxy and directory within ten minutes, "
        f"correlated by account and address; score {rng.random():.6f}, seen {rng.randrange(1, 500)} times before",
        "severity": rng.choices(list(SEVERITIES), list(SEVERITIES.values()))[0],
        "status": rng.choice(_STATUSES),
        "category": category,
        "source": rng.choice(_SOURCES),
        "reviewer": f"analyst-{rng.randrange(40)}",
        "tags": rng.sample(_TAGS, 2),
        "mitre": rng.sample(_TECHNIQUES, 2),
    }


def _custom(rng: Random) -> dict[str, Any]:
    return {
        "region": rng.choice(_REGIONS),
        "business_unit": rng.choice(_UNITS),
        "risk_score": rng.randrange(100),
        "asset_count": rng.randrange(1, 40),
    }
