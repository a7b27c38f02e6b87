"""Resolving by hand: an incident with all of its alerts, or some alerts wherever they are."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from gateway.alerts import documents as alerts
from gateway.alerts.rollup import arrival
from gateway.alerts.sync import News, annotated, follow
from gateway.incidents.model.statuses import STATUSES, check_not_merged
from gateway.incidents.reading import find as reading
from gateway.incidents.session import Actor, Context
from gateway.incidents.writing.events import Event
from gateway.problems import Conflict, NotFound, Unavailable
from gateway.store import hits
from queries.periods import iso

Recovery = tuple[Event, Event]

_ROUNDS = 12


async def resolve(ctx: Context, actor: Actor, incident_id: str, comment: str | None) -> None:
    """Closes the incident, and all its alerts are ok. Raises NotFound, Conflict if it is closed already."""
    incident = hits.document(await reading.get(ctx, actor.tenant, incident_id))
    check_not_merged(incident)
    if incident["state"] == "closed":
        raise Conflict("it is resolved already", kind="already_resolved")
    held = (await alerts.of_incidents(ctx, actor.tenant, [incident_id]))[incident_id]
    await _recover(ctx, actor, [each["alert_id"] for each in held], lambda each: each.get("status") in STATUSES)
    news = News(resolution=annotated(comment), comment=comment)
    await follow(ctx, actor, {incident_id: news})


async def resolve_alerts(ctx: Context, actor: Actor, alert_ids: Sequence[str], comment: str | None) -> None:
    """Makes the alerts ok, and closes the incidents whose alerts then all are. Raises NotFound for an unknown one."""
    found = await alerts.read(ctx, actor.tenant, alert_ids)
    unknown = next((i for i, each in enumerate(found) if each is None), None)
    if unknown is not None:
        raise NotFound(f'no alert "{alert_ids[unknown]}"', f"ids[{unknown}]")
    by_incident = defaultdict(list)
    for each in await _recover(ctx, actor, alert_ids, lambda _: True):
        by_incident[each[1]["incident_id"]].append(each)
    await follow(ctx, actor, {each: _news(some, comment) for each, some in by_incident.items()})


def _news(resolved: Sequence[Recovery], comment: str | None) -> News:
    """Alerts that were ok already are not told of, but still close an incident that a lost write left open."""
    arrivals = [arrival(*each) for each in resolved]
    ids = [after["alert_id"] for before, after in resolved if before is not after]
    if not ids:
        return News(arrivals)
    params = {"resolution_type": "manual-api", "ids_to_resolve": ids, **annotated(comment)}
    return News(arrivals, told=[("alerts_resolved", params, None)], comment=comment)


async def _recover(
    ctx: Context, actor: Actor, alert_ids: Sequence[str], concerned: Callable[[Event], bool]
) -> list[Recovery]:
    """The alerts as they were and as they are, ok from now on; one and the same where it was so. Raises Unavailable."""
    waiting, done = list(alert_ids), []
    for _ in range(_ROUNDS):
        now = ctx.clock()
        found = [each for each in await alerts.read(ctx, actor.tenant, waiting) if each and concerned(each["_source"])]
        done += [(each["_source"], each["_source"]) for each in found if each["_source"].get("status") == "ok"]
        asked = [each for each in found if each["_source"].get("status") != "ok"]
        made = [_recovered(each["_source"], ctx, now) for each in asked]
        kept = await alerts.write(ctx, actor.tenant, list(zip(made, asked, strict=True)))
        done += [(each["_source"], new) for each, new, written in zip(asked, made, kept, strict=True) if written]
        waiting = [each["alert_id"] for each, written in zip(made, kept, strict=True) if not written]
        if not waiting:
            return done
    raise Unavailable("the alerts are changing too fast; try again")


def _recovered(alert: Event, ctx: Context, now: datetime) -> Event:
    return alerts.settled(alert, alert | {"status": "ok", "ended_at": iso(now)}, now, ctx.rules)
