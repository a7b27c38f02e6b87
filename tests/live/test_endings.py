"""How a bulk and an export end that cannot go on: the rest is told, can be had elsewhere, and holds nothing."""

import socket
import time
from collections.abc import Callable, Iterator

import httpx2
import orjson
import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.serving import Served, served

pytestmark = pytest.mark.outside

LARGE = "x" * 200_000
COUNT = 60
"""Documents of an export that is more than what fits between a gateway and a client that does not read."""


@pytest.fixture
def gateway(opensearch_url: str) -> Iterator[Served]:
    """A gateway on a socket, that works by small parts."""
    settings = load(opensearch_url=opensearch_url, bulk_slice=2, export_page=1)
    with served(create_app(settings), settings) as running:
        yield running


@pytest.fixture
def client(gateway: Served, tenant: str) -> Iterator[httpx2.Client]:
    """A client of it."""
    address = f"http://127.0.0.1:{gateway.address[1]}/_im"
    # What is compressed fits into what lies between them, and so does what a kernel with much memory takes.
    headers = {"X-Scope-OrgID": tenant, "Accept-Encoding": "identity"}
    little = httpx2.HTTPTransport(socket_options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 64_000)])
    with httpx2.Client(base_url=address, headers=headers, timeout=60, transport=little) as opened:
        yield opened


def stop(gateway: Served) -> None:
    """What a SIGTERM does first."""
    gateway.server.lifespan.state["stopping"].set()


def until(condition: Callable[[], bool]) -> None:
    """Waits for the condition."""
    over_at = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < over_at, "it never came to be so"
        time.sleep(0.01)


def made(client: httpx2.Client, incident_id: str) -> bool:
    return client.get(f"/incidents/{incident_id}").status_code == 200


def held(client: httpx2.Client) -> int:
    """Places of points in time that are taken."""
    return int(client.get("/incidents/pits").json()["active_pits"])


def load_large(client: httpx2.Client) -> list[str]:
    names = [f"n{i:02}" for i in range(COUNT)]
    for name in names:
        incident = {"title": "t", "description": LARGE, "started_at": "2026-01-01T00:00:00Z"}
        client.post(f"/incidents/{name}", json=incident).raise_for_status()
    client.get("/incidents?size=1")
    return names


def test_a_bulk_ends_after_its_slice_and_tells_of_the_rest(gateway: Served, client: httpx2.Client) -> None:
    def lines() -> Iterator[bytes]:
        yield b"".join(b'{"create": {"_id": "b%d"}}\n{"title": "t"}\n' % i for i in (0, 1))
        until(lambda: made(client, "b1"))
        stop(gateway)
        yield b"".join(b'{"create": {"_id": "b%d"}}\n{"title": "t"}\n' % i for i in (2, 3, 4))

    headers = {"Content-Type": "application/x-ndjson"}
    answer = client.post("/incidents/bulkCreate", content=lines(), headers=headers)
    items = [each["create"] for each in answer.json()["items"]]
    assert (answer.status_code, [each["status"] for each in items]) == (200, [201, 201, 503, 503, 503])
    assert {each["error"]["type"] for each in items[2:]} == {"stopping"}
    assert [made(client, f"b{i}") for i in range(5)] == [True, True, False, False, False]


def test_an_export_ends_with_where_to_go_on(gateway: Served, client: httpx2.Client) -> None:
    names = load_large(client)
    with client.stream("GET", "/incidents/export", params={"fields": "description"}) as answer:
        lines = answer.iter_lines()
        read = [next(lines)]
        stop(gateway)
        read += lines
    status = orjson.loads(read.pop())["_status"]
    assert (status["complete"], status["error"]["type"], status["count"]) == (False, "stopping", len(read))
    assert len(read) < COUNT
    gateway.server.lifespan.state["stopping"].clear()
    rest = client.get(
        "/incidents/export", params={"after": status["next"], "pit": status["pit"], "fields": "description"}
    )
    read += rest.text.splitlines()[:-1]
    assert sorted(orjson.loads(each)["_meta"]["id"] for each in read) == names


def test_an_export_of_rows_breaks_off_where_it_is_not_whole(gateway: Served, client: httpx2.Client) -> None:
    load_large(client)
    query = {"format": "csv", "fields": "description"}
    with client.stream("GET", "/incidents/export", params=query) as answer:
        lines = answer.iter_lines()
        read = [next(lines)]
        stop(gateway)
        with pytest.raises(httpx2.RemoteProtocolError):
            read += lines
    assert (answer.headers["X-Total-Docs"], len(read) <= COUNT) == (f"{COUNT}", True)
    gateway.server.lifespan.state["stopping"].clear()
    until(lambda: held(client) == 0)


def test_an_export_that_nobody_reads_on_holds_no_place(client: httpx2.Client) -> None:
    load_large(client)
    with client.stream("GET", "/incidents/export") as answer:
        next(answer.iter_raw())
        assert held(client) == 1
    until(lambda: held(client) == 0)


def test_a_point_in_time_that_nobody_waited_for_holds_no_place(gateway: Served, client: httpx2.Client) -> None:
    client.post("/incidents", json={"title": "t"}).raise_for_status()
    head = f"GET /_im/incidents/pit HTTP/1.1\r\nhost: h\r\nx-scope-orgid: {client.headers['X-Scope-OrgID']}\r\n\r\n"
    for _ in range(8):
        with socket.create_connection(gateway.address, timeout=60) as leaving:
            leaving.sendall(head.encode())
    # Taken after them, and answered once it is its turn.
    httpx2.get(str(client.base_url.join("/healthz")), timeout=60).raise_for_status()
    until(lambda: not gateway.server.server_state.tasks)
    assert client.get("/incidents/pits").json()["active_pits"] == 0
