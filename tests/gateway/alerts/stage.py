"""A tenant of its own over a real engine, with a clock that goes when it is told to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.alerts import documents as alerts
from gateway.alerts.events import AlertEvent
from gateway.alerts.intake import Ingested, ingest
from gateway.dialects.settings import Settings
from gateway.incidents.reading import history
from gateway.incidents.session import Context, Session
from gateway.incidents.writing.create import Draft, create
from gateway.serving.app import running

START = datetime(2026, 11, 22, 8, tzinfo=UTC)
CHECK = {"name": "check", "value": "cpu"}


@dataclass(slots=True)
class Stage:
    """A tenant, and a clock that goes when it is told to."""

    tenant: str
    ctx: Context = field(init=False)
    now: datetime = START

    @property
    def session(self) -> Session:
        return Session(self.ctx, self.tenant, "monitor", "bigpanda")

    async def send(self, *sent: AlertEvent) -> list[Ingested]:
        return await ingest(self.session, sent)

    async def says(self, status: str, minutes: float = 0, host: str = "db") -> Ingested:
        """An event of a host, so many minutes after the one before."""
        self.now += timedelta(minutes=minutes)
        [found] = await self.send(event(host, status, self.now))
        return found

    async def three(self) -> list[str]:
        """Incidents of a critical, a warning and an unknown alert, a minute apart."""
        words = ("critical", "warning", "unknown")
        return [(await self.says(word, 1, host=f"h{i}")).incident_id for i, word in enumerate(words)]

    async def make(self, incident_id: str, **fields: Any) -> None:
        """An incident without alerts."""
        [outcome] = await create(self.session, [Draft({"title": incident_id, **fields}, incident_id)])
        assert outcome.error is None

    async def ids(self, incident_id: str) -> list[str]:
        """The ids of the incident's alerts."""
        return [each["alert_id"] for each in await self.alerts(incident_id)]

    async def incident(self, incident_id: str) -> dict[str, Any]:
        found = await self.session.incidents.get(incident_id)
        assert found
        return found.source

    async def alerts(self, incident_id: str) -> list[dict[str, Any]]:
        return (await alerts.of_incidents(self.session, [incident_id]))[incident_id]

    async def activities(self, incident_id: str) -> list[dict[str, Any]]:
        page = await history.page(self.session, incident_id, "activity", size=100)
        return page.rows[::-1]

    async def told(self, incident_id: str) -> list[str]:
        return [each["type"] for each in await self.activities(incident_id)]


def event(host: str, status: str, at: datetime = START, **more: Any) -> AlertEvent:
    tags = [{"name": "host", "value": host}, CHECK]
    return replace(AlertEvent(host, status, at, f"{host}: cpu", "api.app", None, tags, "host", "check"), **more)


@asynccontextmanager
async def staged(opensearch_url: str, tenant: str, **settings: Any) -> AsyncIterator[Stage]:
    opened = Stage(tenant)
    async with running(Settings(opensearch_url=opensearch_url, **settings), lambda: opened.now) as gateway:
        opened.ctx = gateway.ctx
        yield opened
