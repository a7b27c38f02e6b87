"""A walk through the feed's memory, and out of it."""

from collections.abc import AsyncIterator, Sequence

import pytest

from gateway.dialects.settings import load
from gateway.incidents.feed.changes import Change
from gateway.incidents.feed.walk import Overtaken, Walk
from gateway.incidents.session import Session
from gateway.incidents.writing.create import Draft, create
from gateway.serving.app import running
from gateway.state import Gateway

pytestmark = pytest.mark.anyio

SMALL = 2048
MANY = 1500


@pytest.fixture
async def gateway(opensearch_url: str) -> AsyncIterator[Gateway]:
    """A gateway that holds few changes in memory."""
    async with running(load(opensearch_url=opensearch_url, feed_memory=SMALL, feed_poll=0.02)) as opened:
        yield opened


@pytest.fixture
def session(gateway: Gateway, tenant: str) -> Session:
    """Somebody at work in the tenant."""
    return Session(gateway.ctx, tenant, "alice", "im")


async def make(session: Session, *ids: str) -> None:
    """Makes incidents of these ids."""
    outcomes = await create(session, [Draft({"title": each}, each) for each in ids])
    assert [each.error for each in outcomes if each.error] == []


async def until(walk: Walk, last: str) -> list[str]:
    """The ids of what is told, to the last one."""
    told: list[str] = []
    while last not in told:
        told += _ids(await walk.next(10))
    return told


def _ids(changes: Sequence[Change]) -> list[str]:
    return [each.id for each in changes]


async def test_who_is_slower_than_memory_is_cut_and_its_cursor_leads_on(gateway: Gateway, session: Session) -> None:
    slow, quick = [await gateway.feeds.walk(session, None, None) for _ in range(2)]
    await make(session, "first")
    assert [await until(each, "first") for each in (slow, quick)] == [["first"], ["first"]]
    many = [f"i{number}" for number in range(MANY)]
    for start in range(0, MANY, 100):
        await make(session, *many[start : start + 100])
        await until(quick, many[start + 99])
    with pytest.raises(Overtaken):
        await slow.next(10)
    again = await gateway.feeds.walk(session, slow.token, None)
    assert await until(again, many[-1]) == many
    for each in (slow, quick, again):
        each.close()


async def test_a_walk_from_long_ago_is_by_pages_and_then_from_memory(gateway: Gateway, session: Session) -> None:
    begin = await gateway.feeds.walk(session, None, None)
    many = [f"i{number}" for number in range(MANY)]
    await make(session, *many)
    late = await gateway.feeds.walk(session, begin.token, None)
    assert await until(late, many[-1]) == many
    await make(session, "last")
    assert await until(late, "last") == ["last"]
    for each in (begin, late):
        each.close()
