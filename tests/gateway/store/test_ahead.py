"""A reader of a point in time that goes on finds its next page searched for; nobody else causes a search too many."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

import orjson
import pytest

from gateway import work
from gateway.dialects.settings import load
from gateway.problems import GatewayError
from gateway.serving.app import running
from gateway.store import hits
from gateway.store.ahead import ROOM, Ahead
from gateway.store.client import Client
from gateway.store.names import incidents_of
from gateway.store.searching import Scope
from gateway.work.admission import Admission
from queries.criteria import Everything, Ids
from queries.searches import Search

pytestmark = pytest.mark.anyio

SIZE = 2
NAMES = [f"n{i}" for i in range(9)]
BY_NUMBER = ({"numeric_id": {"order": "asc"}},)
FIRST = Search(Everything(), BY_NUMBER, SIZE)


class Counted(Client):
    """The way to the engine, how many searches it has begun with, and when each of their replies was read."""

    searches = 0
    log = ""

    async def search(self, target: str, body: bytes) -> str:
        """The engine's reply."""
        self.searches += 1
        self.log += "s"
        return await super().search(target, body)


@dataclass(slots=True)
class Reader:
    """One who reads page after page."""

    ahead: Ahead
    scope: Scope
    next: Search = FIRST

    async def read(self) -> list[str]:
        """The ids of the next page."""
        hits = (await self.ahead.run(self.scope, self.next)).hits
        if hits:
            self.next = replace(self.next, after=hits[-1].sort)
        return [hit.id for hit in hits]


@pytest.fixture(scope="module")
async def held(opensearch_url: str, new_tenant: Callable[[], str]) -> AsyncIterator[tuple[Counted, Scope]]:
    """A point in time over nine documents of a tenant, and the way to it."""
    tenant, settings = new_tenant(), load(opensearch_url=opensearch_url)
    async with running(settings) as gateway:
        await gateway.ctx.store.tenants.ensure(tenant)
    client, index = Counted(settings), incidents_of(tenant)
    for number, name in enumerate(NAMES):
        document = orjson.dumps({"numeric_id": number, "tenant": tenant, "kind": "incident"})
        await client.call("PUT", f"/{index}/_doc/{name}?refresh=true", document, write=True)
    pit = await client.open_pit(index, "1m")
    yield client, Scope(tenant, pit=pit, keep_alive="1m")
    await client.close_pits([pit])
    await client.close()


@pytest.fixture
def reader(held: tuple[Counted, Scope]) -> Reader:
    """One at the first page."""
    client, scope = held
    client.searches, client.log = 0, ""
    return Reader(Ahead(client), scope)


def begun(held: tuple[Counted, Scope]) -> int:
    """How many searches there were so far."""
    return held[0].searches


async def test_from_the_third_page_on_each_is_there_before_it_is_asked_for(
    held: tuple[Counted, Scope], reader: Reader
) -> None:
    walked, searches = list[str](), list[int]()
    while page := await reader.read():
        walked += page
        searches.append(begun(held))
    assert walked == NAMES
    # The second page shows that the reader goes on; the fifth is not full, and nothing follows it.
    assert searches == [1, 3, 4, 5, 5]


async def test_the_engine_is_at_the_next_page_before_this_one_is_read(
    held: tuple[Counted, Scope], reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = hits.reply

    def noted(text: str) -> hits.Reply:
        held[0].log += "r"
        return read(text)

    monkeypatch.setattr(hits, "reply", noted)
    while await reader.read():
        pass
    # Of five pages the last is not full; and none comes after it.
    assert held[0].log == "sr" + "ssr" + "sr" + "sr" + "r" + "sr"


async def test_two_readers_of_one_point_in_time_read_all(reader: Reader) -> None:
    other = Reader(reader.ahead, reader.scope)
    pages = [await each.read() for _ in range(5) for each in (reader, other)]
    assert [name for page in pages[::2] for name in page] == [name for page in pages[1::2] for name in page] == NAMES


async def test_one_page_asked_for_twice_at_once(reader: Reader) -> None:
    await reader.read()
    await reader.read()
    twice = await asyncio.gather(*(reader.ahead.run(reader.scope, reader.next) for _ in range(2)))
    assert [[hit.id for hit in each.hits] for each in twice] == [NAMES[4:6], NAMES[4:6]]


def _another_search(reader: Reader) -> None:
    reader.next = replace(reader.next, criterion=Ids(tuple(NAMES)))


def _another_length_of_life(reader: Reader) -> None:
    reader.scope = replace(reader.scope, keep_alive="2m")


def _another_size(reader: Reader) -> None:
    reader.next = replace(reader.next, size=1)


def _with_the_whole_counted(reader: Reader) -> None:
    reader.next = replace(reader.next, total=True)


def _dropped(reader: Reader) -> None:
    reader.ahead.drop(str(reader.scope.pit))


def _closed(reader: Reader) -> None:
    reader.ahead.close()


@pytest.mark.parametrize(
    "change",
    [_another_search, _another_length_of_life, _another_size, _with_the_whole_counted, _dropped, _closed],
)
async def test_what_is_not_the_page_fetched_ahead_is_searched_for(
    held: tuple[Counted, Scope], reader: Reader, change: Callable[[Reader], None]
) -> None:
    await reader.read()
    await reader.read()
    change(reader)
    assert (await reader.read())[0] == NAMES[4]
    assert begun(held) == 4


@pytest.mark.parametrize(("room", "searches"), [(0, 3), (ROOM, 4)])
async def test_without_room_nothing_is_fetched_ahead(
    held: tuple[Counted, Scope], reader: Reader, room: int, searches: int
) -> None:
    reader.ahead = Ahead(held[0], room)
    for _ in range(3):
        await reader.read()
    assert begun(held) == searches


@pytest.mark.parametrize(("places", "searches"), [(1, 3), (2, 4)])
async def test_only_while_there_is_a_place_for_it(
    held: tuple[Counted, Scope], reader: Reader, places: int, searches: int
) -> None:
    admission = Admission(places, 0)
    with work.under_way(60, admission):
        current = work.current()
        assert current
        current.tenant = reader.scope.tenant
        for _ in range(3):
            await reader.read()
        assert begun(held) == searches
        reader.ahead.close()
    await asyncio.sleep(0)
    for _ in range(places):
        await admission.enter("another", 1)


async def test_a_page_that_could_not_be_fetched_is_searched_for(held: tuple[Counted, Scope]) -> None:
    client, scope = held
    pit = await client.open_pit(incidents_of(scope.tenant), "1m")
    reader = Reader(Ahead(client), replace(scope, pit=pit))
    await reader.read()
    await reader.read()
    # The one that is under way may or may not find the point in time still there.
    await client.close_pits([pit])
    await asyncio.gather(reader.read(), return_exceptions=True)
    with pytest.raises(GatewayError):
        await reader.read()
