"""What happens to an incident with its alerts."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from gateway.alerts.rollup import Arrival
from gateway.incidents.model.documents import Document
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.incidents.writing.create import Draft
from gateway.problems import NotFound
from gateway.store.hits import Stored

AT_ONCE = 100
"""Changes of alerts that one version of an incident carries at most."""


class AlertEdit(msgspec.Struct, frozen=True):
    """What becomes of one alert, or of none where it is new; `meaning` is what that means to its incident, if less.

    `fields` says what of the incident is set with it.
    """

    alert_id: str
    edit: Callable[[Event | None], Event]
    meaning: Callable[[Event | None, Event], Arrival] | None = None
    fields: Callable[[Document], Mapping[str, Any]] | None = None


def _nothing(_incident: Document) -> Mapping[str, Any]:
    return {}


class News(msgspec.Struct, frozen=True):
    """What becomes of alerts of an incident, of one alert also more than once, and what is done and told beside.

    `draft` is what it is made from if it is not there. `fields` says what is to be set, `activities` are told besides;
    a number that one must have stands with it. `arrivals` are meant besides those of the edits. With `departed`, alerts
    have left; with `recount`, alerts have come or gone that no edit is of. A `mark` is
    what it is known by where its request is carried out again.
    """

    edits: Sequence[AlertEdit] = ()
    draft: Draft | None = None
    arrivals: Sequence[Arrival] = ()
    departed: bool = False
    recount: bool = False
    fields: Callable[[Document], Mapping[str, Any]] = _nothing
    activities: Sequence[tuple[str, Mapping[str, Any], int | None]] = ()
    resolution: Mapping[str, Any] | None = None
    comment: str | None = None
    mark: str | None = None


class Seen(msgspec.Struct, frozen=True):
    """Incidents and alerts by their ids, as they were read in this order; what is not there is None.

    Nothing may be written of it before `confirmed` has returned; it raises what makes all of it untrue.
    """

    incidents: Mapping[str, Stored | None]
    alerts: Mapping[str, Stored | None]
    confirmed: Callable[[], Awaitable[None]] | None = None


def annotated(comment: str | None) -> dict[str, str]:
    """A comment as an activity's parameter; none without one."""
    return {} if comment is None else {"annotation": comment}


def under_marks(session: Session, news: Mapping[str, News]) -> Mapping[str, News]:
    """The news, each under a mark of the request; where that has none, as they are."""
    if session.once is None:
        return news
    return {each: about if about.mark else replace(about, mark=session.next_mark(each)) for each, about in news.items()}


def parts(news: Mapping[str, News], most: int = AT_ONCE) -> Iterator[dict[str, News]]:
    """The news in parts, with no more edits of one incident than that in any; all else is in the first."""
    yield {incident_id: replace(about, edits=about.edits[:most]) for incident_id, about in news.items()}
    for start in range(most, max((len(about.edits) for about in news.values()), default=0), most):
        rest = {incident_id: about.edits[start : start + most] for incident_id, about in news.items()}
        yield {incident_id: News(edits) for incident_id, edits in rest.items() if edits}


def joined(news: Mapping[str, News], more: Mapping[str, News]) -> dict[str, News]:
    """The news of both; of one incident, the edits one after the other."""
    both = dict(news)
    for incident_id, about in more.items():
        held = both.get(incident_id)
        both[incident_id] = replace(held, edits=[*held.edits, *about.edits]) if held else about
    return both


def moved_on(edit: AlertEdit, destination: str) -> AlertEdit:
    """The move of an alert to where its incident was merged into, before anything else becomes of it."""

    def move(alert: Event | None) -> Event:
        return {**(alert or {}), "incident_id": destination}

    return AlertEdit(edit.alert_id, move, lambda _before, _after: Arrival())


def owned(session: Session, news: Mapping[str, News], seen: Seen) -> tuple[dict[str, News], dict[str, News]]:
    """The news by the incidents that own the alerts, and those that have to wait until alerts have moved.

    What is left in an incident that was merged moves on first. Raises NotFound for one that is not there, and is not to
    be made.
    """
    here: dict[str, News] = {}
    later: dict[str, News] = {}
    for incident_id, about in news.items():
        incident = seen.incidents[incident_id]
        if incident is None and about.draft is None:
            raise NotFound(f'no incident "{incident_id}"')
        destination = session.rules.marks(incident.source).get("merged_into") if incident else None
        staying: list[AlertEdit] = []
        for edit in about.edits:
            alert = seen.alerts[edit.alert_id]
            owner = alert.source["incident_id"] if alert else destination or incident_id
            if owner == incident_id:
                staying.append(moved_on(edit, destination) if destination else edit)
            if owner != incident_id or destination:
                later = joined(later, {destination or owner: News([edit], activities=about.activities)})
        if staying or not about.edits:
            here[incident_id] = replace(about, edits=staying, activities=() if destination else about.activities)
    return here, later
