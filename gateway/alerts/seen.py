"""What was seen of incidents and of their alerts before they are changed."""

from collections.abc import Mapping

from gateway.alerts.documents import read
from gateway.alerts.news import News, Seen
from gateway.incidents.projection import project
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session


async def seen_now(session: Session, news: Mapping[str, News]) -> Seen:
    """The incidents as they are now, then the alerts, so that these are as the incidents have them."""
    incidents = await session.incidents.get_many(list(news))
    await project(session, incidents)
    ids = [edit.alert_id for about in news.values() for edit in about.edits]
    return Seen(dict(zip(news, incidents, strict=True)), dict(zip(ids, await read(session, ids), strict=True)))


async def told_before(session: Session, news: Mapping[str, News], seen: Seen) -> dict[str, dict[str, Event]]:
    """The incidents whose news this very request has told before, each with the alerts of it as they are now."""
    marks = await session.done(about.mark for about in news.values())
    told: dict[str, dict[str, Event]] = {}
    for incident_id, about in news.items():
        alerts = [seen.alerts[edit.alert_id] for edit in about.edits]
        if about.mark in marks and all(alerts):
            told[incident_id] = {alert.source["alert_id"]: alert.source for alert in alerts if alert}
    return told
