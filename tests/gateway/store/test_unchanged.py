"""A reply that was read before is not read again, and is never taken for another."""

from dataclasses import replace

import pytest

from gateway.dialects.settings import load
from gateway.problems import TimedOut, Unavailable
from gateway.store import searching
from gateway.store.client import Client
from gateway.store.searching import Scope
from gateway.store.unchanged import Unchanged
from queries.criteria import Everything
from queries.searches import Search

ROW = '{"_id":"%s","_seq_no":%d,"_primary_term":1,"_source":{"title":"x","kind":"incident"},"sort":[1]}'
A, B, A_CHANGED = ROW % ("a", 1), ROW % ("b", 2), ROW % ("a", 3)
HITS = '"hits":{"max_score":null,"hits":[%s]}'


def reply(*rows: str, took: int = 3, timed_out: str = "false", failed: int = 0, found: str = HITS) -> str:
    return f'{{"took":{took},"timed_out":{timed_out},"_shards":{{"failed":{failed}}},{found % ",".join(rows)}}}'


FIRST = reply(A, B)


def known() -> Unchanged:
    unchanged = Unchanged(2**20)
    unchanged.read("acme", "search", FIRST)
    return unchanged


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(reply(A, B, took=9), id="the same, found in another time"),
        pytest.param(reply(A_CHANGED, B), id="a document has changed"),
        pytest.param(reply(A), id="there are fewer"),
        pytest.param(reply(B, A), id="they are in another order"),
        pytest.param(reply(), id="there is none any more"),
        pytest.param(FIRST.replace(',"hits":{', ', "hits":{', 1), id="it is written otherwise"),
    ],
)
def test_what_is_read_is_what_a_fresh_look_finds(text: str) -> None:
    fresh = Unchanged(0).read("acme", "search", text)
    again = known().read("acme", "search", text)
    assert (again.took, again.wire()) == (fresh.took, fresh.wire())
    assert again.hits == fresh.hits


@pytest.mark.parametrize(
    ("tenant", "search", "same"),
    [
        pytest.param("acme", "search", True, id="the search of that tenant"),
        pytest.param("acme", "another", False, id="another search"),
        pytest.param("other", "search", False, id="another tenant"),
    ],
)
def test_it_is_kept_for_a_search_of_one_tenant(tenant: str, search: str, same: bool) -> None:
    unchanged = known()
    written = unchanged.read("acme", "search", FIRST).wire()
    assert (unchanged.read(tenant, search, reply(A, B, took=9)).wire() is written) is same


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(reply(A, B, timed_out="true"), TimedOut, id="not found in time"),
        pytest.param(reply(A, B, failed=1), Unavailable, id="of some shards"),
        pytest.param(FIRST[:-1], Unavailable, id="broken off"),
    ],
)
def test_what_is_not_whole_is_no_reply_though_it_was_one_before(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        known().read("acme", "search", text)


def test_a_reply_that_is_larger_than_the_room_is_not_kept() -> None:
    unchanged = Unchanged(64)
    written = unchanged.read("acme", "search", FIRST).wire()
    assert unchanged.read("acme", "search", FIRST).wire() is not written


class Answering(Client):
    """The way to an engine that gives the same reply to everything."""

    async def search(self, _target: str, _body: bytes) -> str:
        """The reply."""
        return FIRST


INDEX, PIT = Scope("acme", "im-incidents-acme"), Scope("acme", pit="p")
PAGE = Search(Everything(), ({"numeric_id": {"order": "asc"}},), 25)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("scope", "search", "kept"),
    [
        pytest.param(INDEX, PAGE, True, id="a page"),
        pytest.param(INDEX, replace(PAGE, fields=("title",)), True, id="a page of some fields"),
        pytest.param(INDEX, replace(PAGE, source=False), False, id="places, whose documents are yet to come"),
        pytest.param(INDEX, replace(PAGE, after=[1]), False, id="one further on in a walk"),
        pytest.param(INDEX, replace(PAGE, size=1000), False, id="one that nobody looks at"),
        pytest.param(PIT, PAGE, False, id="one in a point in time, which has a memory of its own"),
    ],
)
async def test_what_is_looked_at_again_is_kept(scope: Scope, search: Search, kept: bool) -> None:
    client = Answering(load())
    first, second = [await searching.run(client, scope, search) for _ in range(2)]
    assert (second.found is first.found) is kept
