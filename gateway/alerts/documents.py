"""Alerts: documents that each name the one incident they are in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.incidents.model.statuses import STATUSES, own
from gateway.incidents.session import AlertRules, Context
from gateway.incidents.writing import events
from gateway.incidents.writing.events import Event
from gateway.problems import Unavailable
from gateway.store import Json, hits
from gateway.store.tenants import events_of
from queries.criteria import And, Is, Where
from queries.fields import Column
from queries.periods import iso

ALERT_ID = Column("alert_id", "keyword")

_AS_ATTACHED = ({"sequence": {"order": "asc"}}, {"alert_id": {"order": "asc"}})
_ROUNDS = 12


def event_id(alert_id: str) -> str:
    """The document id of an alert."""
    return f"alert-{alert_id}"


async def of_incidents(
    ctx: Context,
    tenant: str,
    incident_ids: Sequence[str],
    fields: tuple[str, ...] | None = None,
    *,
    at_once: bool = True,
) -> dict[str, list[Event]]:
    """Every alert of the incidents, in the order attached, by the incident's id.

    Those of a moment ago are among them, unless that is not asked for, as in a list.
    """
    found: dict[str, list[Event]] = {each: [] for each in incident_ids}
    if not incident_ids:
        return found
    wanted = And((Where(events.INCIDENT_ID, Is(tuple(incident_ids))), Where(events.KIND, Is(("alert",)))))
    shown = None if fields is None else (*fields, "incident_id")
    async for page in events.pages(ctx, tenant, wanted, _AS_ATTACHED, shown, at_once=at_once):
        for alert in map(hits.document, page):
            found[alert["incident_id"]].append(alert)
    return found


async def read(ctx: Context, tenant: str, alert_ids: Sequence[str]) -> list[Json | None]:
    """The alerts as they are now, each as the engine answers it; None where there is none."""
    if not alert_ids:
        return []
    return await ctx.store.mget(events_of(tenant), [event_id(each) for each in alert_ids])


def settled(before: Event | None, alert: Mapping[str, Any], now: datetime, rules: AlertRules) -> Event:
    """The alert with what follows from its status, and from what that was: since when, active or not, flapping."""
    at = iso(now)
    made = {"kind": "alert", "created_at": at, "at": at} if before is None else _kept(before)
    after: Event = {**alert, **made, "updated_at": at}
    after["active"] = after.get("ended_at") is None and after.get("status") != "ok"
    was, status = (before or {}).get("status"), after.get("status")
    changes = own(before or {}).get("status_changes", ())
    if status in STATUSES:
        after["changed_at"] = at if status != was or before is None else before.get("changed_at", at)
        changes = [*changes, at] if was in STATUSES and status != was else changes
    _keep_changes(after, changes, rules)
    return {name: value for name, value in after.items() if value is not None}


def _kept(before: Event) -> Event:
    return {name: before[name] for name in ("kind", "sequence", "created_at", "at", "incident_id")}


def _keep_changes(alert: Event, changes: Sequence[str], rules: AlertRules) -> None:
    """Keeps the latest changes of status, and until when they are so many in so little time as to be flapping."""
    latest = list(changes)[-rules.flapping_changes :]
    kept = {name: value for name, value in own(alert).items() if name not in {"status_changes", "flapping_until"}}
    kept |= {"status_changes": latest} if latest else {}
    if len(latest) == rules.flapping_changes:
        kept["flapping_until"] = iso(datetime.fromisoformat(latest[0]) + rules.flapping_window)
    if kept != own(alert):
        alert["ext"] = alert.get("ext", {}) | {"bigpanda": kept}


async def write(ctx: Context, tenant: str, alerts: Sequence[tuple[Event, Json | None]]) -> list[bool]:
    """Puts each alert in place of the one that was seen, or of none; whether that was still so. Raises Unavailable."""
    if not alerts:
        return []
    lines = b"".join(
        events.line(tenant, event_id(alert["alert_id"]), alert, "index" if seen else "create", seen)
        for alert, seen in alerts
    )
    items = await ctx.store.bulk(lines)
    failed = next((each for each in items if each["status"] >= 300 and each["status"] != 409), None)
    if failed is not None:
        raise Unavailable(f"the engine answered with status {failed['status']} for an alert")
    return [each["status"] != 409 for each in items]


async def move(ctx: Context, tenant: str, alert_ids: Sequence[str], source_id: str, destination_id: str) -> None:
    """Puts those of the alerts that are in the one incident into the other. Raises Unavailable."""
    waiting = list(alert_ids)
    for _ in range(_ROUNDS):
        found = [each for each in await read(ctx, tenant, waiting) if each]
        staying = [each for each in found if each["_source"]["incident_id"] == source_id]
        moved = [(each["_source"] | {"incident_id": destination_id}, each) for each in staying]
        kept = await write(ctx, tenant, moved)
        waiting = [alert["alert_id"] for (alert, _), done in zip(moved, kept, strict=True) if not done]
        if not waiting:
            return
    raise Unavailable("the alerts are changing too fast; try again")
