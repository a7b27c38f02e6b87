"""Evidence: an incident's alerts, in Log360's words. Of a uuid that no alert has, only who added it when is known."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.alerts.attach import attach
from gateway.incidents.model.difference import merged
from gateway.incidents.model.documents import Document
from gateway.incidents.reading.history import NEWEST_FIRST, Event
from gateway.incidents.session import Session
from gateway.incidents.writing.change import Change, change_one
from queries.criteria import And, Is, Or, Where
from queries.errors import QueryError
from queries.fields import Column
from queries.kinds import KIND
from queries.searches import WINDOW, Search
from queries.texts import LONGEST, length

_ALERT_ID = Column("alert_id", "keyword")
_UUID = Column("ext.log360.incident_uuid", "keyword")
_COPIED = ("severity", "started_at", "description", "source", "tags")
_OF_ANOTHER = frozenset({"incident_uuid", "incident_added_by", "incident_time", "log_obtained_from"})


def uuid_of(alert: Event) -> str:
    """What Log360 calls the alert."""
    result = words(alert).get("incident_uuid", alert["alert_id"])
    return str(result)


async def lacking(session: Session, incident_id: str, uuids: Sequence[str], source: str) -> list[Event]:
    """The evidence that the incident does not have yet, with all that the tenant's alerts tell of it.

    Raises QueryError, at its place, for one of an actor that no search would find.
    """
    if not uuids:
        return []
    known = await _known(session, uuids)
    there = {uuid_of(each) for each in known if each["incident_id"] == incident_id}
    by_id = {uuid_of(each): each for each in known}
    new = {each: by_id.get(each, {}) for each in dict.fromkeys(uuids) if each not in there}
    for uuid, alert in new.items():
        _require_short(alert, f"evidence[{uuids.index(uuid)}]")
    return [_alert(incident_id, uuid, alert, session.actor, source) for uuid, alert in new.items()]


async def add(session: Session, incident_id: str, alerts: Sequence[Event]) -> None:
    """Attaches evidence, and keeps its actors."""
    if alerts:
        await attach(session, incident_id, alerts)
        await _keep(session, incident_id, actors(alerts))


def _require_short(alert: Event, where: str) -> None:
    """Each may have its length, and the two that name a user be longer together than what is found as a whole."""
    if any(length(name) > LONGEST for names in actors([alert]).values() for name in names):
        raise QueryError(f"what its hostname and username make is no text of at most {LONGEST:,} characters", where)


async def _known(session: Session, uuids: Sequence[str]) -> list[Event]:
    """The tenant's alerts under these uuids, oldest first, so that the newest has the last word."""
    values = tuple(uuids)
    wanted = And((Where(KIND, Is(("alert",))), Or((Where(_ALERT_ID, Is(values)), Where(_UUID, Is(values))))))
    page = await session.events.search(Search(wanted, NEWEST_FIRST, WINDOW), fresh=True)
    return [hit.document for hit in reversed(page.hits)]


def _alert(incident_id: str, uuid: str, known: Event, added_by: str, source: str) -> Event:
    """The incident's own alert; its status stays with the incident that the known one is of."""
    kept = {name: value for name, value in words(known).items() if name not in _OF_ANOTHER}
    own = {"incident_uuid": uuid, "incident_added_by": added_by, "log_obtained_from": source.upper()}
    copied = {name: known[name] for name in _COPIED if name in known}
    alert_id = hashlib.sha256(f"{incident_id}\0{uuid}".encode()).hexdigest()[:24]
    return {"alert_id": alert_id, **copied, "ext": {"log360": kept | own}}


async def _keep(session: Session, incident_id: str, result: Mapping[str, Sequence[str]]) -> None:
    """Keeps the actors on the incident, where searches find them."""
    if not result:
        return

    def edit(before: Document, _now: datetime) -> Document:
        held = before.get("ext", {}).get("log360", {}).get("actors", {})
        both = {role: sorted({*held.get(role, ()), *names}) for role, names in result.items()}
        return merged(before, {"ext": {"log360": {"actors": both}}})

    await change_one(session, Change(incident_id, edit, tell=lambda _differences: []))


def actors(alerts: Iterable[Event]) -> dict[str, list[str]]:
    """Who the evidence tells of, by role: each host, and each user as `host\\user`."""
    entities: dict[str, None] = {}
    suspects: dict[str, None] = {}
    for each in map(words, alerts):
        host, user = each.get("hostname"), each.get("username")
        entities |= {str(host): None} if host else {}
        suspects |= {f"{host}\\{user}" if host else str(user): None} if user else {}
    roles = {"entity": list(entities), "suspect": list(suspects)}
    return {role: names for role, names in roles.items() if names}


def words(alert: Event) -> dict[str, Any]:
    """What the alert says in Log360's own words."""
    result: dict[str, Any] = alert.get("ext", {}).get("log360", {})
    return result
