"""The demo's outages: what breaks, who tells of it, and how it goes on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import cycle, repeat
from random import Random
from typing import Any, NamedTuple

from gateway.demo.arrangements import MAKER, label
from gateway.demo.calendar import STEP, moments_of
from gateway.demo.operating import Act, Beat, Merge, Resolution, Signal, Split
from queries.periods import iso

OPERATORS = ("nadia.ferrari", "otto.lindgren", "pavel.marek")

_FIRST_NUMBER = 11
_SHAPES = (5, *repeat(1, 16), 3, *repeat(1, 27))
"""Incidents that each outage makes: three are made one; or four are, and the fifth comes of splitting that."""
_ROOM = timedelta(hours=5) // STEP
"""Steps that an outage of the past takes at most."""


class _Check(NamedTuple):
    tool: str
    role: str
    application: str
    name: str
    text: str
    comment: str = ""
    cause: str = ""


_CHECKS = (
    _Check("host_checks", "db", "billing", "Replication lag", "the replica is {value} minutes behind",
           "the nightly export holds a lock", "export moved to a replica of its own"),
    _Check("host_checks", "web", "shop", "Disk usage", "/var is {value} % full",
           "the releases of a year are all there", "old releases deleted"),
    _Check("cluster_metrics", "app", "identity", "Restarts", "{value} restarts within ten minutes",
           "killed for its memory each time", "limit raised, leak reported"),
    _Check("synthetics", "edge", "shop", "Checkout journey", "{value} % of the journeys fail",
           "the card form does not load", "rolled back to the release before"),
    _Check("log_rules", "mq", "shipping", "Queue depth", "{value} thousand messages wait",
           "one consumer is left of four", "consumers started again"),
    _Check("host_checks", "db", "shop", "Slow queries", "{value} queries took longer than a second",
           "the statistics of one table are a month old", "table analysed"),
)  # fmt: skip
_BEHIND = _Check(
    "log_rules", "app", "billing", "Upstream errors", "{value} % of the calls to the database fail", "", ""
)
_APART = _Check("host_checks", "mail", "billing", "Certificate", "runs out in {value} hours")
_REGIONS = ("eu-north-1", "eu-west-2", "us-east-1")
_TEAMS = {"billing": ["dba", "finance-it"], "shop": ["storefront", "dba"], "identity": ["platform"]}
_CUSTOMERS = ("Alder Foods", "Birch Logistics", "Cedar Bank", "Dogwood Energy")


class _Trouble(NamedTuple):
    """What is wrong where, since when, and who sees to it; `end` is the last moment that is told of."""

    check: _Check
    number: str
    region: str
    begun: datetime
    end: datetime
    operator: str
    value: int
    rng: Random


class _Fate(NamedTuple):
    beats: Callable[[_Trouble], Iterator[Beat]]
    begun: Callable[[Random, Sequence[datetime]], datetime]


def outages(rng: Random, count: int, times: Sequence[datetime]) -> list[list[Beat]]:
    """Outages over the moments, of so many incidents in all; those of the last day go on."""
    found = []
    for i, size in enumerate(_sizes(count)):
        fate = _FATES[i % len(_FATES)] if size == 1 else _Fate(_CASCADES[size], _lately)
        trouble = _Trouble(
            rng.choice(_CHECKS), f"{_FIRST_NUMBER + i}", rng.choice(_REGIONS), fate.begun(rng, times), times[-1],
            rng.choice(OPERATORS), rng.randint(6, 90), rng,
        )  # fmt: skip
        found.append(list(fate.beats(trouble)))
    return found


def _sizes(count: int) -> Iterator[int]:
    left, shapes = count, cycle(_SHAPES)
    while left:
        wanted = next(shapes)
        size = wanted if wanted <= left else 1
        left -= size
        yield size


def _once(rng: Random, times: Sequence[datetime]) -> datetime:
    return times[moments_of(rng, 1, times[:-_ROOM])[0]]


def _lately(rng: Random, times: Sequence[datetime]) -> datetime:
    return times[-1] - timedelta(minutes=rng.randint(60, 1500))


def _just_now(_rng: Random, times: Sequence[datetime]) -> datetime:
    return times[-1] - timedelta(minutes=12)


def _recovered(trouble: _Trouble) -> Iterator[Beat]:
    yield _signal(trouble, trouble.rng.choice(("critical", "warning", "unknown")))
    yield _signal(trouble, "ok", trouble.rng.randint(4, 200))


def _handled(trouble: _Trouble) -> Iterator[Beat]:
    yield _signal(trouble, "warning")
    yield _signal(trouble, "critical", 6)
    yield _assigned(trouble, 9)
    yield _tagged(trouble, 12, {"Priority": "p2", "Customers": sorted(trouble.rng.sample(_CUSTOMERS, 2))})
    yield _commented(trouble, 20)
    yield _signal(trouble, "ok", trouble.rng.randint(45, 200))


def _resolved(trouble: _Trouble) -> Iterator[Beat]:
    yield _signal(trouble, "unknown")
    yield _assigned(trouble, 15)
    yield _tagged(trouble, 40, {"Priority": "p3", "Root_cause": trouble.check.cause})
    yield Resolution(_after(trouble, 45), trouble.operator, trouble.check.cause)


def _flapped(trouble: _Trouble) -> Iterator[Beat]:
    yield from _flapping(trouble)
    yield _signal(trouble, "ok", 95)


def _flapping(trouble: _Trouble) -> Iterator[Beat]:
    for i, status in enumerate(("critical", "ok", "critical", "ok", "critical")):
        yield _signal(trouble, status, 3 * i)


def _snoozed(trouble: _Trouble) -> Iterator[Beat]:
    yield _signal(trouble, "warning")
    yield _commented(trouble, 10)
    held = {"end_time": iso(trouble.end + timedelta(days=3)), "cancel_on_incident_updates": True}
    fields = {"ext": {"bigpanda": {"snooze": held}}}
    yield Act(_after(trouble, 12), trouble.operator, fields, (("snoozed", held),))


def _shared(trouble: _Trouble) -> Iterator[Beat]:
    yield _signal(trouble, "critical")
    yield _tagged(trouble, 4, {"Priority": "p1", "Customers": sorted(trouble.rng.sample(_CUSTOMERS, 3))})
    yield _assigned(trouble, 5)
    yield Act(_after(trouble, 6), trouble.operator, {"ext": {"bigpanda": {"shared": True}}})


def _maintained(trouble: _Trouble) -> Iterator[Beat]:
    yield _signal(trouble, "warning", maintenance_plans=[f"{trouble.rng.getrandbits(96):024x}"])


def _unhandled(trouble: _Trouble) -> Iterator[Beat]:
    yield _signal(trouble, "warning")


def _merged(trouble: _Trouble) -> Iterator[Beat]:
    """A database, and what needs it."""
    yield _signal(trouble._replace(check=_CHECKS[0]), "critical")
    for i, letter in enumerate("ab", 1):
        yield _signal(trouble._replace(check=_BEHIND, number=f"{trouble.number}{letter}"), "critical", 2 * i)
    yield _assigned(trouble, 8)
    yield _tagged(trouble, 9, {"Priority": "p1", "Customers": list(_CUSTOMERS)})
    yield Merge(trouble.operator, "one outage: they all wait for the database")


def _split(trouble: _Trouble) -> Iterator[Beat]:
    *beats, merge = _merged(trouble)
    yield from beats
    yield _signal(trouble._replace(check=_APART), "warning", 10)
    yield merge
    yield Split(trouble.operator, "nothing to do with the database")


_FATES = (
    _Fate(_recovered, _once), _Fate(_shared, _lately), _Fate(_snoozed, _lately), _Fate(_flapping, _just_now),
    _Fate(_maintained, _lately), _Fate(_resolved, _once), _Fate(_unhandled, _lately), _Fate(_handled, _once),
    _Fate(_recovered, _once), _Fate(_flapped, _once), _Fate(_recovered, _once), _Fate(_handled, _once),
)  # fmt: skip
_CASCADES = {3: _merged, 5: _split}


def _signal(trouble: _Trouble, status: str, minutes: int = 0, **more: Any) -> Signal:
    at, check = _after(trouble, minutes), trouble.check
    alert = {
        "status": status, "host": f"{check.role}-{trouble.number}", "check": check.name, "region": trouble.region,
        "application": check.application, "teams": _TEAMS.get(check.application, ["operations"]),
        "timestamp": int(at.timestamp()), **more,
    }  # fmt: skip
    told = {} if status == "ok" else {"description": check.text.format(value=trouble.value)}
    return Signal(at, {"app_key": check.tool, "alerts": [alert | told]})


def _assigned(trouble: _Trouble, minutes: int) -> Act:
    fields = {"assignee": {"id": trouble.operator}, "assigner": {"name": MAKER}}
    return Act(_after(trouble, minutes), MAKER, fields)


def _commented(trouble: _Trouble, minutes: int) -> Act:
    return Act(_after(trouble, minutes), trouble.operator, {"comment": trouble.check.comment})


def _tagged(trouble: _Trouble, minutes: int, values: Mapping[str, str | list[str]]) -> Act:
    """All of the incident's tags; that of priority is its priority in every dialect."""
    labels = [label(name, value) for name, value in values.items()]
    told = tuple(("tag_updated", {"tag_id": each["id"], "tag_value": each["value"]}) for each in labels)
    fields = {"labels": labels, "priority": values["Priority"]}
    return Act(_after(trouble, minutes), trouble.operator, fields, told)


def _after(trouble: _Trouble, minutes: int) -> datetime:
    return trouble.begun + timedelta(minutes=minutes)
