"""The demo's scan reports: of two scanners, a week apart, each a little better than the one before."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random

import orjson

from gateway.demo.calendar import DAYS
from gateway.demo.stage import Stage
from gateway.dialects.incidents_v1 import scans
from gateway.dialects.incidents_v1.requests import ScanReport
from gateway.store import registry
from queries.periods import iso

SCANNERS = {"cluster-posture": "workload runs as root", "dependency-audit": "library has a known vulnerability"}

_WEEKS = DAYS // 7


def reports(rng: Random, times: Sequence[datetime]) -> Iterator[ScanReport]:
    """Every report, oldest first."""
    scores = {name: rng.randint(60, 75) for name in SCANNERS}
    for week in range(_WEEKS):
        at = times[(week + 1) * len(times) // _WEEKS - 1]
        for source, finding in SCANNERS.items():
            scores[source] += rng.randint(1, 5)
            found = {"finding": finding, "count": 100 - scores[source]}
            payload = orjson.dumps({"score": scores[source], "findings": [found]}).decode()
            yield ScanReport.model_validate({"source": source, "createdAt": iso(at), "payload": payload})


async def tell(stage: Stage, sent: ScanReport) -> None:
    """Stores a report."""
    entry = scans.report(sent, stage.tenant)
    source = hashlib.sha256(sent.source.encode()).hexdigest()[:32]
    entry_id = f"{scans.KIND}:{stage.tenant}:{source}:{entry['created_at']}"
    await registry.revise(stage.ctx.store, entry_id, lambda _held: entry)
