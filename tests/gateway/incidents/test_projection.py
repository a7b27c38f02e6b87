"""What an incident carries is put in place once, and not after it was deleted."""

from collections.abc import AsyncIterator

import pytest

from gateway.dialects.settings import load
from gateway.incidents.projection import project
from gateway.incidents.session import Session
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
    return [hit.document["type"] for hit in (await session.events.search(search, fresh=True)).hits]


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
