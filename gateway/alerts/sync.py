"""Incidents brought in line with their alerts.

What an incident shows of its alerts is derived. It is worked out anew from all of them after each write, on the version
of the incident that was read before them, so that of writers at once none overwrites what it did not see.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.alerts.documents import move, of_incidents
from gateway.alerts.rollup import BY_ALERTS, Activity, Arrival, rolled_up
from gateway.incidents.model import activities
from gateway.incidents.model.difference import FieldChange, merged
from gateway.incidents.model.documents import Document
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.incidents.writing.change import Change, change
from gateway.incidents.writing.events import Happening
from gateway.incidents.writing.outcomes import Outcome, succeeded
from gateway.problems import Conflict, NotFound
from gateway.store.attempts import Attempts
from gateway.store.hits import Stored
from queries.periods import iso


def _nothing(_incident: Document) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class News:
    """What happens to an incident with its alerts: what became of some, and what is done and told beside.

    `fields` says what is to be set, `activities` are told besides; a number that one must have stands with it. With
    `departed`, alerts have left.
    """

    arrivals: Sequence[Arrival] = ()
    added: Sequence[str] = ()
    departed: bool = False
    fields: Callable[[Document], Mapping[str, Any]] = _nothing
    activities: Sequence[tuple[str, Mapping[str, Any], int | None]] = ()
    resolution: Mapping[str, Any] | None = None
    comment: str | None = None


def annotated(comment: str | None) -> dict[str, str]:
    """A comment as an activity's parameter; none without one."""
    return {} if comment is None else {"annotation": comment}


async def sync_with_alerts(session: Session, news: Mapping[str, News], *, refresh: str = "false") -> None:
    """Brings incidents in line with their alerts, and tells the news of each. Raises NotFound, QueryError, Unavailable.

    Of an incident that was merged meanwhile, the alerts pass on to where it is now, and the news with them.
    """
    pending = news
    async for _ in Attempts("the incidents"):
        pending = await _sync_once(session, pending, refresh) if pending else {}
        if not pending:
            return


async def _sync_once(session: Session, news: Mapping[str, News], refresh: str) -> Mapping[str, News]:
    """What is left: the incidents that another writer was faster with."""
    found = await session.incidents.get_many(list(news))
    seen = {incident.id: incident for incident in found if incident}
    missing = next((incident_id for incident_id in news if incident_id not in seen), None)
    if missing is not None:
        raise NotFound(f'no incident "{missing}"')
    alerts = await of_incidents(session, list(news))
    merged_away = [each for each in news if alerts[each] and session.rules.marks(seen[each].source).get("merged_into")]
    for each in merged_away:
        await _pass_on(session, seen[each], alerts[each], news[each])
    staying = {each: about for each, about in news.items() if each not in merged_away}
    changes = [_change(session, seen[each], alerts[each], about) for each, about in staying.items()]
    outcomes = await change(session, [each for each in changes if each], refresh=refresh)
    overtaken = {str(outcome.id) for outcome in outcomes if isinstance(outcome.error, Conflict)}
    _check([outcome for outcome in outcomes if outcome.id not in overtaken])
    return {each: news[each] for each in overtaken}


def _check(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        succeeded(outcome)


async def _pass_on(session: Session, source: Stored, alerts: Sequence[Event], news: News) -> None:
    destination = session.rules.marks(source.source)["merged_into"]
    await move(session, [alert["alert_id"] for alert in alerts], source.id, destination)
    await sync_with_alerts(session, {destination: replace(news, fields=_nothing, activities=())})


def _change(session: Session, seen: Stored, alerts: Sequence[Event], news: News) -> Change | None:
    """The change of the version that was seen; None if there is nothing to write."""
    before = seen.source
    after, by_alerts = _edited(session, before, alerts, news)
    if after == before and not by_alerts and not news.activities and not news.added and news.comment is None:
        return None

    def edit(_before: Document, _now: object) -> Document:
        return after

    def tell(differences: Sequence[FieldChange]) -> list[Happening]:
        return _happenings(session, seen.id, differences, by_alerts, news)

    return Change(seen.id, edit, seen.version, tell=tell)


def _edited(session: Session, before: Document, alerts: Sequence[Event], news: News) -> tuple[Document, list[Activity]]:
    now, rules = session.now(), session.rules
    fields = dict(news.fields(before)) | ({} if news.comment is None else {"comment": news.comment})
    after, by_alerts = rolled_up(merged(before, fields), alerts, news.arrivals, rules, now, departed=news.departed)
    if news.resolution is not None and after["state"] != "closed":
        closed = {"status": rules.words.status_for(after["workflow_id"], "closed"), "resolved_at": iso(now)}
        after |= closed | {"state": "closed"}
    return after, by_alerts


def _happenings(
    session: Session,
    incident_id: str,
    differences: Sequence[FieldChange],
    by_alerts: Sequence[Activity],
    news: News,
) -> list[Happening]:
    """Everything there is to tell: what the alerts made of the incident, what was done, each change once."""
    happenings = [Happening(incident_id, kind, (), params) for kind, params in by_alerts]
    happenings += [Happening(incident_id, kind, (), params, number=number) for kind, params, number in news.activities]
    changes = dict(activities.happened(differences, session.rules))
    if news.added:
        params = {"alert_ids": list(news.added)}
        happenings.append(Happening(incident_id, "alerts_added", changes.pop("updated", ()), params))
    happenings += [
        Happening(incident_id, kind, some, _params(kind, news), _note(kind, news)) for kind, some in changes.items()
    ]
    if news.comment is not None and all(each.note is None for each in happenings):
        happenings.append(Happening(incident_id, "note_added", (), None, news.comment))
    return happenings


def _params(kind: str, news: News) -> Mapping[str, Any] | None:
    if kind == "resolved" and news.resolution is not None:
        return news.resolution
    return BY_ALERTS if kind in {"resolved", "reopened"} else None


def _note(kind: str, news: News) -> str | None:
    return news.comment if kind == "note_added" else None
