"""Alerts attached to an incident by hand; one that is there already keeps what is not named."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from gateway.alerts.documents import derived, read
from gateway.alerts.news import AlertEdit, News
from gateway.alerts.sync import sync_with_alerts
from gateway.alerts.tally import Tally, of, recount
from gateway.incidents.model.difference import merged
from gateway.incidents.model.documents import Document
from gateway.incidents.model.sizes import check_alert, check_alerts, check_pairs
from gateway.incidents.model.statuses import check_not_merged
from gateway.incidents.reading.history import Event, shown
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.problems import Conflict
from gateway.store.hits import Stored
from gateway.work.turns import in_turns


async def attach(
    session: Session,
    incident_id: str,
    alerts: Sequence[Mapping[str, Any]],
    *,
    started_at: str | None = None,
    refresh: str = "false",
) -> list[Event]:
    """Attaches alerts, all of them or none; each as it is then. A new one that says no start has the one given.

    Raises NotFound without the incident, Conflict for one that was merged into another and for an alert of another one,
    QueryError for more than an incident or an alert may have.
    """
    incident = (await get(session, incident_id)).document
    check_not_merged(session.rules.marks(incident))
    held = await read(session, [sent["alert_id"] for sent in alerts])
    _check_owned(incident_id, held)
    await _check_sizes(session, incident, held, alerts)
    numbers = await session.numbers(len(alerts))
    new = [{"started_at": started_at, "sequence": number} for number in numbers]
    edits = [
        AlertEdit(sent["alert_id"], partial(_attached, session, {**fresh, **sent}, sent))
        for sent, fresh in zip(alerts, new, strict=True)
    ]
    attached = await sync_with_alerts(session, {incident_id: News(edits)}, refresh=refresh)
    return [shown("alert", attached[sent["alert_id"]]) for sent in alerts]


def _check_owned(incident_id: str, held: Sequence[Stored | None]) -> None:
    foreign = next((alert for alert in held if alert and alert.source["incident_id"] != incident_id), None)
    if foreign is not None:
        raise Conflict(f'alert "{foreign.source["alert_id"]}" belongs to another incident', kind="already_exists")


async def _check_sizes(
    session: Session, incident: Document, held: Sequence[Stored | None], alerts: Sequence[Mapping[str, Any]]
) -> None:
    """Raises QueryError for alerts that would be too large, too many, or of too many values, before one is attached."""
    rules, tally = session.rules, of(incident) or Tally()
    check_alerts(tally.count, tally.count + held.count(None), rules.limits)
    counts = dict(tally.pairs)

    def count(i: int) -> None:
        known, sent = held[i], alerts[i]
        before = known.source if known else None
        after = merged(before or {}, sent)
        if before is not None:
            check_alert(after, rules.limits, f"[{i}]" if len(alerts) > 1 else None, before)
        recount(counts, before, after, rules)

    await in_turns(range(len(alerts)), count)
    check_pairs(tally.pairs, [pair for pair, number in counts.items() if number > 0], rules.limits)


def _attached(session: Session, new: Mapping[str, Any], sent: Mapping[str, Any], before: Event | None) -> Event:
    now, rules = session.now(), session.rules
    return derived(None, new, now, rules) if before is None else derived(before, merged(before, sent), now, rules)
