"""Some of the incidents given alerts: the documents that the gateway makes of both, by plain `_bulk`."""

from random import Random
from typing import Any

from benchmarks.bench import Bench
from benchmarks.connection import asked
from benchmarks.incidents import incident_id
from benchmarks.writing import lines, write_raw
from gateway.alerts import documents as alerts
from gateway.alerts.rollup import rolled_up
from gateway.alerts.tally import counted
from gateway.dialects import EXTENSIONS
from gateway.dialects.settings import load
from gateway.incidents.model.difference import derived
from gateway.incidents.model.rules import Rules, rules
from gateway.incidents.model.vocabulary import vocabulary
from gateway.store import bulk
from gateway.store.bulk import Write
from gateway.store.names import events_of

_MOST = 5_000
_ROLES = ("db", "web", "app", "mq", "edge")
_APPLICATIONS = ("billing", "shop", "identity", "shipping", "search", "mail")
_CHECKS = ("CPU load", "Disk usage", "Replication lag", "Queue depth")
_REGIONS = ("eu-north-1", "eu-west-2", "us-east-1")
_STATUSES = {"critical": 4, "warning": 5, "ok": 2}

Json = dict[str, Any]


async def give_alerts(bench: Bench) -> None:
    """Two or three alerts each, of hosts that monitoring tools watch, to the incidents that were made last."""
    count, known = min(_MOST, bench.incidents // 3), rules(vocabulary(load()), EXTENSIONS)
    ids = [incident_id(number) for number in range(bench.incidents - count, bench.incidents)]
    held = (await asked(bench.engine, "POST", f"/{bench.index}/_mget", {"ids": ids}))["docs"]
    await write_raw(bench.engine, [_lines(bench, each["_id"], each["_source"], known) for each in held])
    await asked(bench.engine, "POST", f"/{bench.index},{events_of(bench.tenant)}/_refresh")


def _lines(bench: Bench, document_id: str, before: Json, known: Rules) -> bytes:
    """The incident as its alerts make it, and the alerts."""
    rng = Random(document_id)
    made = [alerts.derived(None, each, bench.now, known) for each in _sent(rng, document_id, before)]
    after, _ = rolled_up(before, counted(made, known), (), known, bench.now)
    place = {"index": {"_index": bench.index, "_id": document_id}}
    attached = [Write(alerts.event_id(each["alert_id"]), each) for each in made]
    incident = lines([place, derived(before, after, known, bench.now)])
    return incident + b"".join(bulk.line(events_of(bench.tenant), each) for each in attached)


def _sent(rng: Random, document_id: str, incident: Json) -> list[Json]:
    common = {"incident_id": document_id, "started_at": incident["started_at"], "source": "api.host_checks"}
    return [{"sequence": i, **common, **_said(rng)} for i in range(rng.choice((2, 3)))]


def _said(rng: Random) -> Json:
    host, check = f"{rng.choice(_ROLES)}-{rng.randrange(1000):03d}", rng.choice(_CHECKS)
    tags = {"host": host, "check": check, "application": rng.choice(_APPLICATIONS), "region": rng.choice(_REGIONS)}
    return {
        "alert_id": f"{rng.getrandbits(96):024x}",
        "status": rng.choices(list(_STATUSES), list(_STATUSES.values()))[0],
        "description": f"{check} on {host} left its range",
        "tags": [{"name": name, "value": value} for name, value in tags.items()],
        "ext": {"bigpanda": {"primary_property": "host", "secondary_property": "check"}},
    }
