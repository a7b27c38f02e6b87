"""Resolving by hand: an incident with all of its alerts, or some alerts wherever they are."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from gateway.alerts import documents as alerts
from gateway.alerts.rollup import arrival
from gateway.alerts.sync import News, annotated, sync_with_alerts
from gateway.incidents.model.rules import Rules
from gateway.incidents.model.statuses import STATUSES, check_not_merged
from gateway.incidents.reading.history import Event
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.problems import Conflict, NotFound
from gateway.store.attempts import Attempts
from queries.periods import iso

Recovery = tuple[Event, Event]


async def resolve(session: Session, incident_id: str, comment: str | None) -> None:
    """Closes the incident, and all its alerts are ok. Raises NotFound, Conflict if it is closed already."""
    incident = (await get(session, incident_id)).document
    check_not_merged(session.rules.marks(incident))
    if incident["state"] == "closed":
        raise Conflict("it is resolved already", kind="already_resolved")
    held = await alerts.of_incident(session, incident_id)
    await _recover(session, [alert["alert_id"] for alert in held], lambda alert: alert.get("status") in STATUSES)
    news = News(resolution=annotated(comment), comment=comment)
    await sync_with_alerts(session, {incident_id: news})


async def resolve_alerts(session: Session, alert_ids: Sequence[str], comment: str | None) -> None:
    """Makes the alerts ok, and closes the incidents whose alerts then all are. Raises NotFound for an unknown one."""
    held = await alerts.read(session, alert_ids)
    unknown = next((i for i, alert in enumerate(held) if alert is None), None)
    if unknown is not None:
        raise NotFound(f'no alert "{alert_ids[unknown]}"', f"ids[{unknown}]")
    by_incident = defaultdict(list)
    for recovery in await _recover(session, alert_ids, lambda _: True):
        by_incident[recovery[1]["incident_id"]].append(recovery)
    await sync_with_alerts(session, {each: _news(some, comment) for each, some in by_incident.items()})


def _news(resolved: Sequence[Recovery], comment: str | None) -> News:
    """Alerts that were ok already are not told of, but still close an incident that a lost write left open."""
    arrivals = [arrival(*recovery) for recovery in resolved]
    ids = [after["alert_id"] for before, after in resolved if before is not after]
    if not ids:
        return News(arrivals)
    params = {"resolution_type": "manual-api", "ids_to_resolve": ids, **annotated(comment)}
    return News(arrivals, activities=[("alerts_resolved", params, None)], comment=comment)


async def _recover(session: Session, alert_ids: Sequence[str], concerned: Callable[[Event], bool]) -> list[Recovery]:
    """The alerts as they were and as they are, ok from now on; one and the same where it was so. Raises Unavailable."""
    waiting, recovered = list(alert_ids), []
    async for _ in Attempts("the alerts"):
        now = session.now()
        held = [alert for alert in await alerts.read(session, waiting) if alert and concerned(alert.source)]
        recovered += [(alert.source, alert.source) for alert in held if alert.source.get("status") == "ok"]
        firing = [alert for alert in held if alert.source.get("status") != "ok"]
        ended = [_ended(alert.source, session.rules, now) for alert in firing]
        done = await alerts.write(session, list(zip(ended, firing, strict=True)))
        recovered += [(was.source, now_) for was, now_, kept in zip(firing, ended, done, strict=True) if kept]
        waiting = [alert["alert_id"] for alert, kept in zip(ended, done, strict=True) if not kept]
        if not waiting:
            break
    return recovered


def _ended(alert: Event, rules: Rules, now: datetime) -> Event:
    return alerts.derived(alert, alert | {"status": "ok", "ended_at": iso(now)}, now, rules)
