"""Pages: by offset and by cursor, in a point in time and without one."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.conftest import Serve
from tests.dialects.im.calls import (
    IM,
    Client,
    Json,
    Refusal,
    answer,
    created,
    fields_of,
    found,
    ids,
    loaded,
    opened,
    put,
    refusal,
    searched,
)  # fmt: skip

pytestmark = pytest.mark.anyio

NAMES = [f"n{i:02}" for i in range(23)]


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Twenty-three incidents, the newest first by name."""
    await loaded(shared, [{"id": name, "started_at": 10_000 - i // 2} for i, name in enumerate(reversed(NAMES))][::-1])
    return shared


NEWEST = [name for _, name in sorted(((-(i // 2)), name) for i, name in enumerate(NAMES))]


async def everything(client: Client, **words: Any) -> list[str]:
    return await found(client, size=1000, **words)


async def by_cursor(client: Client, size: int, **words: Any) -> list[str]:
    seen: list[str] = []
    page = await searched(client, size=size, **words)
    while page["docs"]:
        seen += ids(page)
        if page["next"] is None:
            break
        page = await searched(client, size=size, **words, after=page["next"])
    return seen


@pytest.mark.parametrize("size", [1, 7, 23, 24])
@pytest.mark.parametrize("inside", [False, True], ids=["without a point in time", "in a point in time"])
async def test_every_page_is_a_part_of_the_whole(corpus: Client, size: int, inside: bool) -> None:
    words = {"pit": await opened(corpus)} if inside else {}
    whole = await everything(corpus, **words)
    assert sorted(whole) == NAMES
    pages = [await found(corpus, **words, **{"from": start, "size": size}) for start in range(0, 23, size)]
    assert [each for page in pages for each in page] == whole
    assert await by_cursor(corpus, size, **words) == whole


async def test_the_end(corpus: Client) -> None:
    page = await searched(corpus, size=24, with_total_docs=True)
    assert (page["next"], page["total_docs"], len(page["docs"])) == (None, 23, 23)


async def test_a_full_last_page_is_followed_by_an_empty_one(corpus: Client) -> None:
    last = await searched(corpus, size=23)
    end = await searched(corpus, size=23, after=last["next"])
    assert (len(last["docs"]), end["docs"], end["next"]) == (23, [], None)


async def test_a_cursor_of_no_rows_can_still_be_counted(corpus: Client) -> None:
    token = (await searched(corpus, size=5))["next"]
    page = await searched(corpus, size=0, after=token, with_total_docs=True)
    assert (page["docs"], page["total_docs"]) == ([], 23)


async def test_what_a_page_shows_may_change_on_the_way(corpus: Client) -> None:
    token = (await searched(corpus, size=5))["next"]
    page = await searched(corpus, size=3, after=token, fields=["title"], with_total_docs=True, explain=True)
    whole = await everything(corpus)
    assert (ids(page), page["total_docs"], "explain" in page) == (whole[5:8], 23, True)
    assert [fields_of(each) for each in page["docs"]] == [{"title": name} for name in whole[5:8]]


@pytest.fixture
async def narrow(corpus: Client, serve: Serve) -> AsyncIterator[Client]:
    """A client of a gateway over the same incidents, whose window is five of them."""
    async with serve(headers={"X-Scope-OrgID": corpus.headers["X-Scope-OrgID"]}, search_window=5) as client:
        yield client


async def test_past_the_window(narrow: Client) -> None:
    response = await narrow.post(f"{IM}/incidents_full_types", json={"from": 3, "size": 3})
    assert refusal(response) == (400, "window_exceeded", "from")
    assert "from + size may reach 5; open a point in time" in answer(response)["error"]["reason"]
    pit = await opened(narrow)
    for start, size in [(3, 3), (17, 3), (16, 4), (22, 5), (0, 9), (23, 3), (99, 1), (12, 0)]:
        page = await searched(narrow, **{"pit": pit, "from": start, "size": size, "with_total_docs": True})
        assert ids(page) == await found_at(narrow, pit, start, size), (start, size)
        assert page["total_docs"] == 23


async def found_at(client: Client, pit: str, start: int, size: int) -> list[str]:
    return (await by_cursor(client, 2, pit=pit))[start : start + size]


async def test_a_deep_page_goes_on_by_cursor(narrow: Client) -> None:
    pit = await opened(narrow)
    page = await searched(narrow, **{"pit": pit, "from": 11, "size": 4})
    rest = await searched(narrow, pit=pit, size=1000, after=page["next"])
    assert ids(page) + ids(rest) == (await by_cursor(narrow, 2, pit=pit))[11:]


async def test_a_deep_page_is_of_its_own_order_and_filter(narrow: Client) -> None:
    pit = await opened(narrow)
    deep: Json = {"pit": pit, "from": 6, "size": 3}
    by_title = [{"field": "title", "order": "asc"}]
    assert await found(narrow, **deep, sort=by_title) == NAMES[6:9]
    assert await found(narrow, **deep, sort=[{"field": "title", "order": "desc"}]) == NAMES[::-1][6:9]
    later = {"additional_fields": [{"name": "title", "type": "text", "value": "n1*"}]}
    assert await found(narrow, **deep, sort=by_title, **later) == NAMES[16:19]


@pytest.fixture(scope="module")
async def token(corpus: Client) -> str:
    """A cursor of the whole list, after five."""
    text: str = (await searched(corpus, size=5))["next"]
    return text


def flipped(text: str) -> str:
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[-2] ^= 1
    return base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")


BAD: Refusal = (400, "bad_cursor", "after")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param({"search_query": {"match_all": {}}}, id="another query"),
        pytest.param({"additional_fields": [{"name": "title", "type": "text", "value": "*"}]}, id="another filter"),
        pytest.param({"start_time": 0}, id="another start"),
        pytest.param({"end_time": "now"}, id="another end"),
        pytest.param({"is_show_aggs": False}, id="another scope"),
        pytest.param({"sort": [{"field": "title"}]}, id="another order"),
    ],
)
async def test_a_cursor_is_of_one_search(corpus: Client, token: str, words: Json) -> None:
    assert refusal(await corpus.post(f"{IM}/incidents_full_types", json={**words, "after": token})) == BAD


async def test_a_cursor_is_of_one_endpoint_and_one_point_in_time(corpus: Client, token: str) -> None:
    assert refusal(await corpus.get(f"{IM}/incidents?after={token}")) == BAD
    pits = [await opened(corpus) for _ in range(2)]
    response = await corpus.post(f"{IM}/incidents_full_types", json={"pit": pits[0], "after": token})
    assert refusal(response) == BAD
    inside = (await searched(corpus, pit=pits[0], size=5))["next"]
    for pit in (pits[1], None):
        body = {"after": inside, **({"pit": pit} if pit else {})}
        assert refusal(await corpus.post(f"{IM}/incidents_full_types", json=body)) == BAD
    assert len(await found(corpus, pit=pits[0], after=inside)) == 18


@pytest.mark.parametrize("change", [flipped, lambda text: text[:-4], lambda text: f"{text}AAAA", lambda _: ""])
async def test_a_cursor_that_was_changed(corpus: Client, token: str, change: Any) -> None:
    assert refusal(await corpus.post(f"{IM}/incidents_full_types", json={"after": change(token)})) == BAD


async def test_a_cursor_of_another_gateway_over_the_same_engine(corpus: Client, serve: Serve, token: str) -> None:
    async with serve(headers={"X-Scope-OrgID": corpus.headers["X-Scope-OrgID"]}) as other:
        assert len(await found(other, after=token)) == 18
    async with serve(headers={"X-Scope-OrgID": corpus.headers["X-Scope-OrgID"]}, secret="x" * 16) as stranger:
        assert refusal(await stranger.post(f"{IM}/incidents_full_types", json={"after": token})) == BAD


async def test_in_a_point_in_time_nothing_moves(client: Client) -> None:
    for i, name in enumerate(("a", "b", "c", "d")):
        await created(client, name, started_at=i)
    pit = await opened(client)
    first = await searched(client, pit=pit, size=2)
    await put(client, "a", started_at=100)
    await client.delete(f"{IM}/incidents/b?refresh=true")
    await created(client, "e", started_at=1)
    rest = await searched(client, pit=pit, size=9, after=first["next"])
    assert (ids(first), ids(rest)) == (["d", "c"], ["b", "a"])
    assert await found(client, **{"pit": pit, "from": 2}) == ["b", "a"]
    assert await found(client) == ["a", "d", "c", "e"]
