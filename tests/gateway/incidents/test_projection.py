"""What an incident carries is put in place once, and not after it was deleted."""

from collections.abc import AsyncIterator

import pytest

from gateway.alerts.events import AlertEvent
from gateway.alerts.intake import ingest
from gateway.dialects.settings import load
from gateway.incidents.projection import project
from gateway.incidents.session import Session, utc_now
from gateway.incidents.writing.create import Draft, create
from gateway.incidents.writing.delete import delete
from gateway.serving.app import running
from queries.criteria import Everything
from queries.searches import Search

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sessions(opensearch_url: str, tenant: str) -> AsyncIterator[list[Session]]:
    """Two gateways' sessions of a tenant that has an incident."""
    settings = load(opensearch_url=opensearch_url)
    async with running(settings) as one, running(settings) as other:
        opened = [Session(each.ctx, tenant, "alice", "im") for each in (one, other)]
        await create(opened[0], [Draft({"title": "one"}, "i1")])
        yield opened


async def kinds(session: Session) -> list[str]:
    """The types of the tenant's activities."""
    search = Search(Everything(), ({"sequence": {"order": "asc"}},), 10)
    hits = (await session.events.search(search, fresh=True)).hits
    return [hit.document["type"] for hit in hits if "type" in hit.document]


def event(status: str) -> AlertEvent:
    """One of a key."""
    return AlertEvent("k", status, utc_now(), "CPU", "api.x", None, [{"name": "host", "value": "a"}], "host", None)


async def test_an_event_that_is_gone_is_made_again(sessions: list[Session]) -> None:
    first, second = sessions
    incident = await first.incidents.get("i1")
    [event] = (await first.events.search(Search(Everything(), (), 1), fresh=True)).hits
    await first.events.delete(event.id)
    await project(second, [incident])
    assert await kinds(second) == ["created"]


async def test_of_an_incident_that_was_deleted_meanwhile_nothing_is(sessions: list[Session]) -> None:
    first, second = sessions
    incident = await first.incidents.get("i1")
    await delete(first, "i1")
    await project(second, [incident])
    assert await kinds(second) == ["deleted"]


@pytest.mark.parametrize("next_writer", [pytest.param(0, id="by itself"), pytest.param(1, id="by another gateway")])
async def test_accounts_of_what_alerts_made_wait_for_the_next_write(sessions: list[Session], next_writer: int) -> None:
    [taken] = await ingest(sessions[0], [event("warning")])
    assert await kinds(sessions[0]) == ["created"], "of the incident that was there"
    assert await sessions[0].events.get(f"alert-{taken.alert_id}"), "an alert is found without its incident"
    assert await ingest(sessions[next_writer], [event("ok")]) == [taken]
    told = ["created", "created", "alerts_added", "resolved", "updated"]
    assert sorted(await kinds(sessions[1])) == sorted(told)
    await project(sessions[1], [await sessions[1].incidents.get(taken.incident_id)])
    assert sorted(await kinds(sessions[1])) == sorted(told), "each once"
