"""The same request again: what is remembered of it changes no answer, and is of one tenant alone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial

import pytest

from gateway.dialects.incidents_v1.repeated import Plan
from gateway.dialects.settings import load
from gateway.serving.app import create_app
from queries.budgets import FREE
from queries.criteria import Everything
from queries.searches import Search, Sent
from tests import faults
from tests.clock import Clock
from tests.conftest import Serve, live
from tests.dialects.incidents_v1.calls import Client, T, get
from tests.faults import Proxy, failing

pytestmark = pytest.mark.anyio

FRAME = f"timestampFrom={T}&timestampTo={T + 900}"
ASKED = (
    "incidents?pageSize=2",
    "incidents/facets?limit=2",
    f"incidents/stats/types?{FRAME}",
    f"incidents/stats/severities?{FRAME}&buckets=2",
    "incidents/stats/current?status=OPEN",
    "incidents/stats/current/priorities?status=OPEN",
    f"incidents/stats/INCIDENT/count?{FRAME}",
    f"incidents/stats/INCIDENT/services?startTimestampFrom={T}&startTimestampTo={T + 900}",
)


async def test_what_was_written_in_between_is_shown(shared: Client) -> None:
    seen: dict[str, list[object]] = {path: [] for path in ASKED}
    for _ in range(2):
        sent = {"title": "x", "type": "INCIDENT", "started_at": T * 1000, "services": [{"name": "seen again"}]}
        assert (await shared.post("/_im/incidents?refresh=true", json=sent)).status_code == 201
        for path in ASKED:
            first, *again = [await get(shared, path) for _ in range(3)]
            assert again == [first] * 2, path
            seen[path].append(first)
    assert [path for path, (one, two) in seen.items() if one == two] == []


@pytest.mark.parametrize("path", ASKED)
async def test_two_tenants_that_ask_the_same_see_their_own(corpus: Client, shared_tenant: str, path: str) -> None:
    nobody = {"X-Scope-OrgID": f"{shared_tenant}-nobody"}
    ours, theirs = [], []
    for _ in range(3):
        ours.append(await get(corpus, path))
        theirs.append((await corpus.get(f"/v1/{path}", headers=nobody)).json())
    assert (ours, theirs) == ([ours[0]] * 3, [theirs[0]] * 3)
    assert ours[0] != theirs[0]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(f"incidents/stats/types?timestampFrom={T}", id="buckets without an end"),
        pytest.param("incidents/stats/severities", id="buckets of all there are"),
        pytest.param(f"incidents/stats/INCIDENT/count?timestampFrom={T}", id="a count without an end"),
        pytest.param(f"incidents/stats/INCIDENT/services?startTimestampFrom={T}", id="services until now"),
    ],
)
async def test_until_now_is_until_this_moment(serve: Serve, corpus: Client, path: str) -> None:
    clock, seen = Clock(datetime.fromtimestamp(T - 1, UTC)), list[str]()
    async with serve(clock, {"X-Scope-OrgID": corpus.headers["X-Scope-OrgID"]}) as client:
        for seconds in (0, 0, 2, 500):
            clock.move(seconds=seconds)
            seen.append(str(await get(client, path)))
    assert (seen[0], len({*seen})) == (seen[1], 3)


@pytest.mark.parametrize(
    ("path", "headers", "where"),
    [
        pytest.param("incidents?cursor=x", {}, "cursor", id="a cursor"),
        pytest.param("incidents/facets?startTimestamp=2&endTimestamp=1", {}, "startTimestamp", id="a period"),
        pytest.param("incidents/stats/types?buckets=0", {}, "buckets", id="a number of buckets"),
        pytest.param("incidents/stats/NONE/count", {}, "type", id="a type in the path"),
        pytest.param(ASKED[0], {"Api-Version": "2"}, "Api-Version", id="a version, of a request that is remembered"),
    ],
)
async def test_a_refusal_is_the_same_each_time(corpus: Client, path: str, headers: dict[str, str], where: str) -> None:
    for _ in range(2):
        await get(corpus, ASKED[0])
    answers = [await corpus.get(f"/v1/{path}", headers=headers) for _ in range(2)]
    assert [(each.status_code, each.json()["path"]) for each in answers] == [(400, where)] * 2


@pytest.fixture
async def proxy(opensearch_url: str) -> AsyncIterator[Proxy]:
    """A proxy before the engine, without a fault yet."""
    async with faults.proxy(opensearch_url) as opened:
        yield opened


@pytest.mark.parametrize("path", ASKED[:3])
async def test_the_engine_is_asked_each_time(proxy: Proxy, corpus: Client, path: str) -> None:
    async with live(create_app(load(opensearch_url=proxy.url))) as client:
        client.headers["X-Scope-OrgID"] = corpus.headers["X-Scope-OrgID"]
        assert [await get(client, path) for _ in range(2)] == [await get(corpus, path)] * 2
        proxy.hits, proxy.fault = (lambda request: "/_search" in request.path), failing(503, "x")
        assert (await client.get(f"/v1/{path}")).status_code == 503


def plan() -> Plan[None]:
    return Plan(None, (Search(Everything(), (), 0),))


@pytest.mark.parametrize(
    ("replied", "times"),
    [
        pytest.param([b"1", b"1", b"1"], 1, id="the same: once"),
        pytest.param([b"1", b"2", b"1"], 3, id="another in between: anew"),
        pytest.param([b"1" * 2**17] * 2, 2, id="too large to be kept"),
    ],
)
def test_how_often_a_part_is_made(replied: list[bytes], times: int) -> None:
    asked, made_of = plan(), list[bytes]()

    def make(reply: bytes) -> bytes:
        made_of.append(reply)
        return reply[::-1]

    assert [asked.shown("page", each, partial(make, each)) for each in replied] == [each[::-1] for each in replied]
    assert len(made_of) == times


def test_parts_are_kept_apart() -> None:
    asked = plan()
    parts = [asked.shown(part, b"1", part.encode) for part in ("page", "facets", "page")]
    assert parts == [b"page", b"facets", b"page"]


def test_what_is_kept_is_counted() -> None:
    asked = plan()
    empty = asked.count(b"")
    asked.shown("page", b"1" * 100, lambda: b"2" * 50)
    assert asked.size == 0
    assert asked.count(b"") == asked.size == empty + 150
    asked.searches[0].sent["index"] = Sent(b"3" * 10, FREE)
    assert asked.count(b"?") == empty + 150 + 15 * 11
