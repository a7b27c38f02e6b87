"""Incidents and their alerts, kept in line: an alert is only ever changed with the incident that it is in.

The incident is written on the version that was read, and carries what becomes of its alerts; so that of writers at once
none overwrites what it did not see, and what an incident says of its alerts is always so. An event that changes nothing
of an incident, but when its alert was last heard of, is written to the alert alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.alerts.documents import event_id
from gateway.alerts.folding import Folded, fold
from gateway.alerts.news import AT_ONCE, News, Seen, joined, owned, parts, under_marks
from gateway.alerts.seen import seen_now, told_before
from gateway.incidents.model.accounts import Effect
from gateway.incidents.model.documents import Document
from gateway.incidents.model.sizes import check
from gateway.incidents.model.vocabulary import DEFAULT_WORKFLOW
from gateway.incidents.projection import waiting
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.incidents.writing.commit import Version, commit, stamped
from gateway.incidents.writing.create import begun
from gateway.incidents.writing.events import mark_effect, marked
from gateway.store.attempts import Attempts
from gateway.store.bulk import Item, Write
from gateway.store.errors import of_item
from gateway.store.hits import Stored
from gateway.store.loads import PART
from gateway.work.turns import Turn, in_turns

Alerts = dict[str, Event]

_FEW = 8
"""Changes of alerts that one version carries, however large they are."""
_CARRIED = 2**20
"""Bytes of changed alerts that it carries, where they are more."""


async def sync_with_alerts(
    session: Session, news: Mapping[str, News], *, refresh: str = "false", seen: Seen | None = None
) -> Alerts:
    """Changes alerts with their incidents, and tells the news of each; the alerts as they are then, by their ids.

    What the caller has just `seen` of all of them is not read again, unless another writer was faster.

    An alert that is in another incident by now is changed there. Raises NotFound, QueryError, Unavailable, and what the
    edits or the one who confirms what was seen raise; incidents that were brought in line by then stay so.
    """
    done: Alerts = {}
    for part in parts(news, await _at_once(session, news)):
        pending = part
        async for _ in Attempts("the incidents"):
            pending = await _round(session, pending, refresh, done, seen)
            seen = None
            if not pending:
                break
    return done


async def _at_once(session: Session, news: Mapping[str, News]) -> int:
    """How many changes of alerts one version of an incident carries: few where they are large."""
    most = max((len(about.edits) for about in news.values()), default=0)
    if most <= _FEW:
        return AT_ONCE
    return max(min(await session.events.at_once(most) * _CARRIED // PART, AT_ONCE), _FEW)


async def _round(
    session: Session, news: Mapping[str, News], refresh: str, done: Alerts, seen: Seen | None
) -> dict[str, News]:
    """What is left: the incidents that another writer was faster with, and alerts that are elsewhere."""
    news = under_marks(session, news)
    seen, now = seen or await seen_now(session, news), session.now()
    here, later = owned(session, news, seen)
    for incident_id, told in (await told_before(session, here, seen)).items():
        done |= told
        del here[incident_id]
    changes, turn = await _begun(session, here, seen, now), Turn()
    for change in changes:
        await fold(session, change, seen, turn)
    if seen.confirmed:
        await seen.confirmed()
    quiet, loud = _parted(changes)
    left = await _write_alerts(session, quiet, refresh, done)
    left |= await _commit(session, loud, now, refresh, done)
    return joined(left, later)


async def _begun(session: Session, news: Mapping[str, News], seen: Seen, now: datetime) -> list[Folded]:
    """The incidents as they were seen; those that are not there, as they are made."""
    absent = sum(seen.incidents[each] is None for each in news)
    numbers = iter(await session.numbers(absent) if absent else [])
    changes: list[Folded] = []
    for incident_id, about in news.items():
        incident = seen.incidents[incident_id]
        before = incident.source if incident else _drafted(session, about, next(numbers), now)
        changes.append(Folded(incident_id, about, incident, before, now))
    return changes


def _drafted(session: Session, news: News, number: int, now: datetime) -> Document:
    """A new incident, as yet without what follows from its fields: that is derived once it has its alerts."""
    assert news.draft is not None
    document, words = begun(session, news.draft, number, now), session.rules.words
    workflow = document.setdefault("workflow_id", DEFAULT_WORKFLOW)
    document["state"] = words.state(workflow, document.setdefault("status", words.initial(workflow)))
    check({}, document, session.rules.limits)
    return document


def _parted(changes: Sequence[Folded]) -> tuple[list[Folded], list[Folded]]:
    """Those of which an alert was heard and nothing else, and the others."""
    parted: tuple[list[Folded], list[Folded]] = [], []
    for change in changes:
        parted[not change.is_heartbeat].append(change)
    return parted


async def _write_alerts(session: Session, quiet: Sequence[Folded], refresh: str, done: Alerts) -> dict[str, News]:
    """Writes when alerts were last heard of. What is left met another writer."""
    pairs = [(change, seen, after) for change in quiet for seen, after in change.alerts.values()]
    heard = [(change, seen, after) for change, seen, after in pairs if seen and seen.source != after]
    writes = [Write(event_id(after["alert_id"]), after, seen) for _, seen, after in heard]
    items = await session.events.write(writes, refresh=refresh)
    left: dict[str, News] = {}
    for (change, _, _), item in zip(heard, items, strict=True):
        if not item.done:
            left[change.id] = change.news
            _require_overtaken(item)
    done |= {after["alert_id"]: after for change, _, after in pairs if change.id not in left}
    return left


async def _commit(
    session: Session, changes: Sequence[Folded], now: datetime, refresh: str, done: Alerts
) -> dict[str, News]:
    """Writes the incidents, which carry what becomes of their alerts. What is left met another writer."""
    versions = await in_turns(changes, lambda change: _version(session, change, now))
    left: dict[str, News] = {}
    for change, item in zip(changes, await commit(session, versions, now, refresh=refresh), strict=True):
        if item.done:
            done |= {after["alert_id"]: after for _, after in change.alerts.values()}
        else:
            left[change.id] = change.news
            _require_overtaken(item)
    return left


def _require_overtaken(item: Item) -> None:
    if not item.overtaken:
        raise of_item(item.status, item.error, "")


def _version(session: Session, change: Folded, now: datetime) -> Version:
    document = stamped(session, change.after, change.happenings, now)
    happenings = marked(change.happenings, change.news.mark)
    effects = (waiting(session, change.seen) or []) if change.seen else []
    effects += [_effect(*each) for each in change.alerts.values()]
    effects += mark_effect(happenings, change.news.mark, change.id)
    # What may be sent again is known by its accounts, which are looked for among what is published.
    waits = change.seen is None and session.once is None
    return Version(change.id, change.seen, document, happenings, effects, waits)


def _effect(seen: Stored | None, alert: Event) -> Effect:
    return Effect(event_id(alert["alert_id"]), alert, (seen.seq_no, seen.primary_term) if seen else None)
