"""Alerts attached to an incident by hand; one that is there already keeps what is not named."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.alerts.documents import derived, event_id
from gateway.alerts.rollup import arrival
from gateway.alerts.sync import News, sync_with_alerts
from gateway.incidents.model.difference import merged
from gateway.incidents.model.statuses import check_not_merged
from gateway.incidents.reading.history import Event, shown
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.problems import Conflict
from gateway.store.bulk import Item, Write
from gateway.store.errors import of_item
from gateway.store.hits import Stored
from queries.errors import QueryError


async def attach(
    session: Session,
    incident_id: str,
    alerts: Sequence[Mapping[str, Any]],
    *,
    started_at: str | None = None,
    refresh: str = "false",
) -> list[Event]:
    """Attaches alerts, all of them or none; each as it is then. A new one that says no start has the one given.

    Raises NotFound without the incident, Conflict for one that was merged into another and for an alert of another
    one, QueryError for an alert that does not fit.
    """
    check_not_merged(session.rules.marks((await get(session, incident_id)).document))
    numbers = await session.numbers(len(alerts))
    sent = {event_id(alert["alert_id"]): alert for alert in alerts}
    fresh = dict(zip(sent, numbers, strict=True))
    before: dict[str, Event | None] = {}
    after: dict[str, Event] = {}

    async def edit(found: Mapping[str, Stored | None]) -> Mapping[str, Event]:
        for key, seen in found.items():
            _check_free(seen, incident_id)
            before[key] = seen.source if seen else None
            new = {"started_at": started_at, "incident_id": incident_id, "sequence": fresh[key]}
            after[key] = _attached(session, before[key], sent[key], new)
        return {key: after[key] for key in found}

    items = await session.events.rewrite(list(sent), edit, refresh=refresh)
    await _check_written(session, list(sent), items, before)
    arrivals = [arrival(before[key], after[key]) for key in sent]
    news = News(arrivals, added=[alert["alert_id"] for alert in alerts])
    await sync_with_alerts(session, {incident_id: news}, refresh=refresh)
    return [shown("alert", after[key]) for key in sent]


def _check_free(seen: Stored | None, incident_id: str) -> None:
    if seen is not None and seen.source["incident_id"] != incident_id:
        raise Conflict(f'alert "{seen.source["alert_id"]}" belongs to another incident', kind="already_exists")


def _attached(session: Session, before: Event | None, sent: Mapping[str, Any], new: Mapping[str, Any]) -> Event:
    now, rules = session.now(), session.rules
    if before is None:
        return derived(None, {**new, **sent}, now, rules)
    return derived(before, merged(before, sent), now, rules)


async def _check_written(
    session: Session, keys: Sequence[str], items: Mapping[str, Item], before: Mapping[str, Event | None]
) -> None:
    """Where one was refused, puts back what the others were and takes the new ones away; raises why."""
    failed = next((i for i, key in enumerate(keys) if not items[key].done), None)
    if failed is None:
        return
    done = [key for key in keys if items[key].done]
    held = [Write(key, event, mode="index") for key in done if (event := before[key])]
    await session.events.write(held)
    for key in done:
        if before[key] is None:
            await session.events.delete(key)
    refusal = of_item(items[keys[failed]].status, items[keys[failed]].error, " alert")
    if isinstance(refusal, QueryError):
        raise QueryError(refusal.reason, f"[{failed}]" if len(keys) > 1 else None)
    raise refusal
