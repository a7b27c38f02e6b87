"""What happens in an outage, beat by beat: alerts, and what operators do about the incidents that come of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.alerts import documents as alerts
from gateway.alerts import resolve as resolving
from gateway.alerts import saga as moving
from gateway.alerts.intake import ingest
from gateway.demo.stage import Stage
from gateway.dialects.bigpanda.alerts import read
from gateway.dialects.bigpanda.names import NAME
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.writing.change import Change, change_one, own_edit
from gateway.incidents.writing.events import Happening


@dataclass(frozen=True, slots=True)
class Signal:
    """Alerts as a monitoring tool sends them. The first incident they make is the outage's own."""

    at: datetime
    sent: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody sets in the outage's incident; what there is to tell of it, if more than the fields say."""

    at: datetime
    by: str
    fields: Mapping[str, Any]
    told: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The outage's incident resolved by hand."""

    at: datetime
    by: str
    comment: str


# Both are done as the demo is loaded: who moves alerts holds a lease, which at a time in the past would be over.
@dataclass(frozen=True, slots=True)
class Merge:
    """The outage's other incidents made part of its own."""

    by: str
    comment: str


@dataclass(frozen=True, slots=True)
class Split:
    """The last alert of the outage's incident made an incident again."""

    by: str
    comment: str


Beat = Signal | Act | Resolution | Merge | Split


async def tell(stage: Stage, outage: Sequence[Beat]) -> None:
    """Lets an outage happen."""
    ids: list[str] = []
    for each in outage:
        if isinstance(each, Signal):
            made = await ingest(stage.when(each.at), stage.actor(each.sent["app_key"], NAME), read(each.sent, each.at))
            ids += [incident_id for one in made if (incident_id := one.incident_id) not in ids]
        else:
            await _do(stage, each, *ids)


async def _do(stage: Stage, beat: Act | Resolution | Merge | Split, incident_id: str, *others: str) -> None:
    actor = stage.actor(beat.by, NAME)
    match beat:
        case Act():
            await change_one(stage.when(beat.at), actor, _change(incident_id, beat))
        case Resolution():
            await resolving.resolve(stage.when(beat.at), actor, incident_id, beat.comment)
        case Merge():
            await moving.merge(stage.ctx, actor, incident_id, others, beat.comment)
        case Split():
            held = (await alerts.of_incidents(stage.ctx, stage.tenant, [incident_id]))[incident_id]
            await moving.split(stage.ctx, actor, incident_id, [held[-1]["alert_id"]], beat.comment)


def _change(incident_id: str, act: Act) -> Change:
    def told(differences: Sequence[FieldChange]) -> list[Happening]:
        (kind, params), *more = act.told
        first = Happening(incident_id, kind, differences, params)
        return [first, *(Happening(incident_id, each[0], (), each[1]) for each in more)]

    return Change(incident_id, own_edit(act.fields), told=told if act.told else None)
