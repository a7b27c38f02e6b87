"""The demo's incidents of services, as a monitoring tool and the engineers on call tell incidents v1 of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from gateway.alerts import timeline
from gateway.demo.calendar import STEP, moments_of
from gateway.demo.stage import Stage
from gateway.dialects.incidents_v1 import writing
from gateway.dialects.incidents_v1.names import NAME
from gateway.dialects.incidents_v1.requests import Incident
from gateway.incidents.writing.change import Change, change_one
from gateway.incidents.writing.create import Draft, create
from gateway.incidents.writing.outcomes import succeeded
from queries.periods import iso

MONITOR = "service-monitor"
ENGINEERS = ("hana.virtanen", "ivan.horvat", "julia.mendes")

_FIRST_NUMBER = 2001


class _Fault(NamedTuple):
    type: str
    category: str
    title: str
    metrics: tuple[str, ...]
    recommendation: str
    note: str
    resolution: str


_FAULTS = (
    _Fault("INCIDENT", "PERFORMANCE", "Latency of {service} above its objective", ("http_request_duration_p99",),
           "compare with the last deployment, then look at the pool of connections",
           "p99 follows the queue in front of the database", "scaled out"),
    _Fault("INCIDENT", "RELIABILITY", "{service} answers one request in ten with an error", ("http_errors_ratio",),
           "roll back if it began with a deployment", "every error is from the newest replica", "rolled back"),
    _Fault("ANOMALY", "PERFORMANCE", "Memory of {service} grows without traffic", ("container_memory_bytes",),
           "take a heap profile before the restart", "the cache of sessions has no upper limit", "restarted"),
    _Fault("ANOMALY", "SECURITY", "Unusual logon failures at {service}", ("auth_failures_total", "auth_clients"),
           "look for a client with an expired secret first", "one client, its secret ran out last night", "rotated"),
    _Fault("ALERT", "RELIABILITY", "{service} restarts again and again", ("container_restarts_total", "probe_success"),
           "read the log of the container before the last one", "the probe's timeout is shorter than a cold start",
           "probe changed"),
    _Fault("ALERT", "CONFIGURATION", "Certificate of {service} runs out soon", ("certificate_expiry_seconds",),
           "renew it, and see why the automatic renewal did not", "the renewal job lost its permission", "renewed"),
)  # fmt: skip
_SERVICES = {
    "shop": ("cart", "checkout", "catalogue", "search"),
    "payments": ("ledger", "card-gateway", "fraud-score"),
    "platform": ("identity", "message-broker", "object-store"),
}
_SITES = ("eu-north-1", "eu-west-2", "us-east-1")
_RATED = {("Sev1", "P1"): 1, ("Sev2", "P2"): 3, ("Major", "P2"): 2, ("Warning", "P3"): 5, ("Minor", "P4"): 3}
_DURATION = 9
"""Steps that a fault lasts, by the median."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is sent of one fault: as it begins, who acknowledges it with which note, and as it ends, if it has."""

    id: str
    moment: int
    opened: Incident
    acknowledged: tuple[int, str] | None
    note: str
    resolved: tuple[int, Incident] | None


def cases(rng: Random, count: int, times: Sequence[datetime]) -> list[Case]:
    """So many cases over the moments, oldest first."""
    return [_case(rng, times, _FIRST_NUMBER + i, each) for i, each in enumerate(moments_of(rng, count, times))]


async def tell(stage: Stage, case: Case) -> None:
    """Sends all that is sent of a case."""
    ctx, monitor = stage.at(case.moment), stage.actor(MONITOR, NAME)
    draft = Draft({}, case.id, own=writing.upserted(case.opened, ctx.words)({}, ctx.clock()))
    succeeded(*await create(ctx, monitor, [draft]))
    if case.acknowledged is not None:
        moment, name = case.acknowledged
        at, engineer = stage.at(moment), stage.actor(name, NAME)
        await change_one(at, engineer, Change(case.id, writing.acknowledged(name)))
        await timeline.add_note(at, engineer, case.id, case.note, refresh="false")
    if case.resolved is not None:
        moment, sent = case.resolved
        await change_one(stage.at(moment), monitor, Change(case.id, writing.upserted(sent, ctx.words)))


def _case(rng: Random, times: Sequence[datetime], number: int, moment: int) -> Case:
    fault, case_id = rng.choice(_FAULTS), f"RLB-{number}"
    opened = _sent(rng, fault, case_id, times[moment] - timedelta(seconds=rng.randint(20, 600)))
    taken = moment + rng.randint(1, 3)
    ended = taken + round(_DURATION * rng.lognormvariate(0, 1))
    told = (taken, ENGINEERS[taken * STEP // timedelta(days=1) % len(ENGINEERS)])
    acknowledged = told if taken < len(times) and rng.random() < 0.85 else None
    resolved = None
    if ended < len(times) and rng.random() < 0.9:
        resolved = ended, _resolved(opened, fault, times[ended])
    return Case(case_id, moment, Incident.model_validate(opened), acknowledged, fault.note, resolved)


def _sent(rng: Random, fault: _Fault, case_id: str, started: datetime) -> dict[str, Any]:
    namespace = rng.choice(list(_SERVICES))
    names = rng.sample(_SERVICES[namespace], rng.choice((1, 1, 2)))
    site, (severity, priority) = rng.choice(_SITES), rng.choices(list(_RATED), list(_RATED.values()))[0]
    return {
        "type": fault.type,
        "incidentId": case_id,
        "title": fault.title.format(service=names[0]),
        "category": fault.category,
        "description": f"{', '.join(fault.metrics)} of {names[0]} in {site} left the range of the last four weeks.",
        "recommendation": fault.recommendation,
        "source": MONITOR,
        "status": "OPEN",
        "resolution": "",
        "services": [{"name": each, "namespace": namespace} for each in names],
        "metricNames": list(fault.metrics),
        "startTime": iso(started),
        "sourceSite": site,
        "severity": severity,
        "priority": priority,
        "metadata": {"cluster": f"{site}-{rng.choice('ab')}", "release": f"{rng.randint(3, 5)}.{rng.randint(0, 40)}"},
    }


def _resolved(opened: dict[str, Any], fault: _Fault, ended: datetime) -> Incident:
    changed = {"status": "RESOLVED", "resolution": fault.resolution, "endTime": iso(ended)}
    return Incident.model_validate(opened | changed)
