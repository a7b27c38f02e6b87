"""What the alerts of an incident come to, kept with it: so that one more costs the same however many there are.

It is counted on from change to change; what that cannot tell is counted anew, from all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import orjson
from msgspec.structs import replace

from gateway.incidents.model.difference import SEPARATOR
from gateway.incidents.model.documents import Document
from gateway.incidents.model.rules import Rules
from gateway.incidents.model.statuses import STATUSES

Alert = Mapping[str, Any]

TALLY, PAIRS = "alert_tally", "alert_pairs"
"""The hidden fields that hold it: JSON as text, and the pairs, which incidents are found by."""


class Tally(msgspec.Struct, frozen=True):
    """How many alerts there are, of which status; those that speak of maintenance plans, and that have some.

    `pairs` says how many alerts have each name and value. Of the times, the earliest start and the latest others.
    """

    count: int = 0
    statuses: Mapping[str, int] = {}
    spoken: int = 0
    planned: int = 0
    pairs: Mapping[str, int] = {}
    started_at: str | None = None
    ended_at: str | None = None
    flapping_until: str | None = None

    @property
    def counted(self) -> int:
        """Alerts that have one of the four statuses."""
        return sum(self.statuses.values())


def reading(rules: Rules) -> tuple[str, ...]:
    """The fields of alerts that are counted."""
    return ("tags", "description", "source", "status", "started_at", "ended_at", f"ext.{rules.alerting}")


def recount(counts: dict[str, int], before: Alert | None, after: Alert, rules: Rules) -> None:
    """Counts the names and values of an alert that has changed, or come; those that no alert has are left at nought."""
    for pair in pairs(before or {}, rules):
        counts[pair] = counts.get(pair, 0) - 1
    for pair in pairs(after, rules):
        counts[pair] = counts.get(pair, 0) + 1


def counted(alerts: Iterable[Alert], rules: Rules) -> Tally:
    """The tally of all these alerts."""
    tally = Tally()
    for alert in alerts:
        tally = _added(tally, alert, rules)
    return tally


def changed(tally: Tally, before: Alert | None, after: Alert | None, rules: Rules) -> Tally | None:
    """The tally once an alert became another, came or went; None where all of them have to be looked at."""
    if before is not None and _is_outermost(tally, before, after, rules):
        return None
    without = tally if before is None else _removed(tally, before, rules)
    return without if after is None else _added(without, after, rules)


def of(document: Document) -> Tally | None:
    """The tally that an incident holds; None where it was last written by a version that kept none."""
    if TALLY not in document:
        return None if document.get("alert_count") else Tally()
    count, statuses, spoken, planned, times, repeated = orjson.loads(document[TALLY])
    pairs = dict.fromkeys(document.get(PAIRS, ()), 1) | repeated
    by_status = {status: number for status, number in zip(STATUSES, statuses, strict=True) if number}
    return Tally(count, by_status, spoken, planned, pairs, *times)


def held(tally: Tally) -> Document:
    """The tally as an incident holds it; nothing of one without alerts."""
    if not tally.count:
        return {}
    repeated = {pair: number for pair, number in tally.pairs.items() if number > 1}
    times = [tally.started_at, tally.ended_at, tally.flapping_until]
    statuses = [tally.statuses.get(status, 0) for status in STATUSES]
    text = orjson.dumps([tally.count, statuses, tally.spoken, tally.planned, times, repeated]).decode()
    return {TALLY: text} | ({PAIRS: list(tally.pairs)} if tally.pairs else {})


def pairs(alert: Alert, rules: Rules) -> list[str]:
    """What the incident is found by: `<name>\\x1f<value>` of each value of the alert once, names in lower case."""
    marks = rules.marks(alert)
    named = [(tag["name"].lower(), tag.get("value")) for tag in alert.get("tags", ())]
    named += [(name, marks.get(name)) for name in ("primary_property", "secondary_property", "incident_key")]
    named += [("description", alert.get("description")), ("source_system", alert.get("source"))]
    result = dict[str, None]()
    for name, value in named:
        for each in value if isinstance(value, list) else (value,):
            if each is not None:
                result[f"{name}{SEPARATOR}{each}"] = None
    return list(result)


def _added(tally: Tally, alert: Alert, rules: Rules) -> Tally:
    end = alert.get("ended_at") if alert.get("status") in STATUSES else None
    return _numbered(
        tally, alert, 1, rules,
        started_at=_earliest(tally.started_at, alert.get("started_at")),
        ended_at=_latest(tally.ended_at, end),
        flapping_until=_latest(tally.flapping_until, _flapping(alert, rules)),
    )  # fmt: skip


def _earliest(one: str | None, other: str | None) -> str | None:
    """The earlier of two times, of which either may not be there; as they sort as texts."""
    return min(one, other) if one and other else one or other or None


def _latest(one: str | None, other: str | None) -> str | None:
    return max(one, other) if one and other else one or other or None


def _removed(tally: Tally, alert: Alert, rules: Rules) -> Tally:
    return _numbered(tally, alert, -1, rules)


def _numbered(tally: Tally, alert: Alert, number: int, rules: Rules, **times: str | None) -> Tally:
    """The tally with the alert counted so many times more, and these times."""
    status = alert.get("status")
    counts = status in STATUSES
    statuses = _counts(tally.statuses, [str(status)], number) if counts else tally.statuses
    plans = rules.marks(alert).get("maintenance_plans") if counts else None
    return replace(
        tally,
        count=tally.count + number,
        statuses=statuses,
        spoken=tally.spoken + (number if plans is not None else 0),
        planned=tally.planned + (number if plans else 0),
        pairs=_counts(tally.pairs, pairs(alert, rules), number),
        **times,
    )


def _counts(counts: Mapping[str, int], names: Sequence[str], number: int) -> Mapping[str, int]:
    """The counts with each of the names counted so many times more; none at nought."""
    if not counts and number > 0:
        return dict.fromkeys(names, number)
    result = dict(counts)
    for name in names:
        result[name] = result.get(name, 0) + number
        if not result[name]:
            del result[name]
    return result


def _is_outermost(tally: Tally, before: Alert, after: Alert | None, rules: Rules) -> bool:
    """Whether a time of the tally was this alert's, and is no more: which one is it then? An end is no loss by itself,
    as an alert that fires again ends later."""
    now = after or {}
    start, end, flap = before.get("started_at"), before.get("ended_at"), _flapping(before, rules)
    later = start is not None and start == tally.started_at and (now.get("started_at") or "~") > start
    sooner = end is not None and end == tally.ended_at and (after is None or (now.get("ended_at") or end) < end)
    calmer = flap is not None and flap == tally.flapping_until and (_flapping(now, rules) or "") < flap
    return later or sooner or calmer


def _flapping(alert: Alert, rules: Rules) -> str | None:
    """Until when the alert makes its incident flap; only one that has a status does."""
    until: str | None = rules.marks(alert).get("flapping_until")
    return until if alert.get("status") in STATUSES else None
