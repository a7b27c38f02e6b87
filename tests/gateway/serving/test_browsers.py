"""What pages may do that a browser shows: those of named origins all, others nothing that changes anything."""

from typing import Any

import httpx2
import pytest

from gateway.dialects import DIALECTS
from gateway.serving.browsers import EXPOSED, is_loopback, name_of
from tests.conftest import Serve

pytestmark = pytest.mark.anyio

INCIDENT = {"title": "x"}
FRIEND, STRANGER = "https://siem.example.org", "https://evil.example"


@pytest.mark.parametrize(
    ("host", "own"),
    [
        pytest.param("localhost", True, id="the name"),
        pytest.param("LOCALHOST:8000", True, id="the name with a port, in capitals"),
        pytest.param("localhost.", True, id="the name with its root"),
        pytest.param("siem.localhost", True, id="a name beneath it"),
        pytest.param("127.0.0.1:8000", True, id="the address"),
        pytest.param("127.8.9.10", True, id="another address of the block"),
        pytest.param("[::1]:8000", True, id="the address, version 6"),
        pytest.param("[::1]", True, id="without a port"),
        pytest.param("localhost.evil.example", False, id="a name that only begins so"),
        pytest.param("evil-localhost", False, id="a name that only ends so"),
        pytest.param("127.0.0.1.evil.example", False, id="an address that is a name"),
        pytest.param("10.0.0.1", False, id="a private address"),
        pytest.param("0.0.0.0", False, id="every address"),
        pytest.param("[2001:db8::1]", False, id="a foreign address, version 6"),
        pytest.param("2130706433", False, id="a number that some take for the address"),
        pytest.param("evil.example:8000", False, id="a name of somebody's"),
    ],
)
def test_which_hosts_are_this_machine(host: str, own: bool) -> None:
    assert is_loopback(name_of(host)) == own


@pytest.mark.parametrize("path", ["/_im/incidents", "/v1/incidents", "/docs", "/metrics"])
async def test_without_keys_a_foreign_host_is_refused(serve: Serve, path: str) -> None:
    async with serve(hosts=("siem.example.org",)) as client:
        hosts = ("evil.example", "127.0.0.1.evil.example:8000", "siem.example.org:8000", "localhost:8000")
        statuses = [(await client.get(path, headers={"Host": host})).status_code for host in hosts]
    assert statuses == [403, 403, 200, 200]


async def test_with_keys_any_host_will_do(serve: Serve) -> None:
    async with serve(auth="keys", headers={}) as client:
        answer = await client.get("/healthz", headers={"Host": "siem.example.org"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "origin", "status"),
    [
        pytest.param("POST", "/_im/incidents", STRANGER, 403, id="a stranger's page creates"),
        pytest.param("POST", "/_im/incidents", "null", 403, id="a page without an origin of its own"),
        pytest.param("POST", "/_im/incidents", "http://localhost:3000", 403, id="a page of this machine, other port"),
        pytest.param("POST", "/_im/incidents", f"{FRIEND}.evil.example", 403, id="an origin that begins as a friend's"),
        pytest.param("PUT", "/_im/incidents/i1", STRANGER, 403, id="a stranger's page changes"),
        pytest.param("DELETE", "/_im/incidents/i1", STRANGER, 403, id="a stranger's page deletes"),
        pytest.param("POST", "/v1/incidents", STRANGER, 403, id="in a vendor's words"),
        pytest.param("POST", "/data/v2/alerts", STRANGER, 403, id="an alert"),
        pytest.param("POST", "/_im/incidents", FRIEND, 201, id="a friend's page creates"),
        pytest.param("POST", "/_im/incidents", "http://gateway", 201, id="the gateway's own page"),
        pytest.param("POST", "/_im/incidents", None, 201, id="no page at all"),
        pytest.param("GET", "/_im/incidents", STRANGER, 200, id="a stranger's page reads, and is shown nothing of it"),
        pytest.param("GET", "/_im/incidents/pits", STRANGER, 200, id="of points in time too"),
        pytest.param("GET", "/_im/incidents/pit", STRANGER, 403, id="a stranger's page opens a point in time"),
        pytest.param("HEAD", "/_im/incidents/pit", STRANGER, 403, id="by asking for its headers"),
        pytest.param("GET", "/_im/incidents/p%69t", STRANGER, 403, id="by another spelling"),
        pytest.param("GET", "/_im/incidents/pit", "null", 403, id="from a frame without an origin"),
        pytest.param("GET", "/_im/incidents/export", STRANGER, 403, id="a stranger's page exports, leaving one"),
        pytest.param("GET", "/_im/incidents/export?format=csv", STRANGER, 403, id="as a table"),
        pytest.param("GET", "/_im/incidents/pit", FRIEND, 200, id="a friend's page opens one"),
        pytest.param("GET", "/_im/incidents/export", FRIEND, 200, id="a friend's page exports"),
        pytest.param("GET", "/_im/incidents/pit", "http://gateway", 200, id="the gateway's own page opens one"),
        pytest.param("GET", "/_im/incidents/pit", None, 200, id="no page at all opens one"),
    ],
)
async def test_without_keys_a_foreign_page_changes_nothing(
    serve: Serve, method: str, path: str, origin: str | None, status: int
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    body: Any = {"json": INCIDENT} if method in {"POST", "PUT"} else {}
    async with serve(cors_origins=(FRIEND,)) as client:
        answer = await client.request(method, path, headers=headers, **body)
    assert (answer.status_code, answer.headers.get("Access-Control-Allow-Origin")) == (
        status,
        FRIEND if origin == FRIEND else None,
    )


@pytest.mark.parametrize(
    ("path", "site", "status"),
    [
        pytest.param("/_im/incidents/pit", "cross-site", 403, id="an image of a stranger's page"),
        pytest.param("/_im/incidents/pit", "same-site", 403, id="one of this machine, other port"),
        pytest.param("/_im/incidents/export", "cross-site", 403, id="a link to an export"),
        pytest.param("/_im/incidents/pit", "same-origin", 200, id="the gateway's own page"),
        pytest.param("/_im/incidents/export", "none", 200, id="an address that somebody typed"),
        pytest.param("/_im/incidents", "cross-site", 200, id="what has no effect"),
        pytest.param("/console", "cross-site", 200, id="a link to the console"),
    ],
)
async def test_without_keys_an_image_of_a_foreign_page_has_no_effect(
    serve: Serve, path: str, site: str, status: int
) -> None:
    """Such a request has no Origin (Fetch standard, 3.2)."""
    async with serve() as client:
        answer = await client.get(path, headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"})
    assert answer.status_code == status, answer.text


def test_the_operations_that_only_read_say_so() -> None:
    """A GET that has an effect is told by hand; this is where a new one is weighed."""
    effects = {f"{each.path_of(row)}" for each in DIALECTS for row in each.operations if row.has_effect}
    assert effects == {"/_im/incidents/pit", "/_im/incidents/export"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 201, id="a program that says nothing"),
        pytest.param({"Content-Type": "application/json"}, 201, id="a program that says JSON"),
        pytest.param({"Content-Type": "text/plain"}, 415, id="a program that says something else"),
        pytest.param({"Origin": FRIEND}, 415, id="a page that says nothing"),
        pytest.param({"Origin": FRIEND, "Content-Type": "text/plain"}, 415, id="a page that says something else"),
        pytest.param({"Origin": FRIEND, "Content-Type": "application/json; charset=utf-8"}, 201, id="a page's JSON"),
    ],
)
async def test_a_body_from_a_page_needs_its_media_type(serve: Serve, headers: dict[str, str], status: int) -> None:
    async with serve(cors_origins=(FRIEND,)) as client:
        answer = await client.post("/_im/incidents", content=b'{"title": "x"}', headers=headers)
        lines = await client.post("/_im/incidents/bulkCreate", content=b'{"title": "x"}\n', headers=headers)
    assert (answer.status_code, lines.status_code) == (status, 200 if status == 201 else status)


async def preflight(client: httpx2.AsyncClient, origin: str) -> httpx2.Response:
    asking = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization, if-match"}
    return await client.options("/_im/incidents/i1", headers={"Origin": origin, **asking})


@pytest.mark.parametrize(
    ("settings", "origin", "allowed"),
    [
        pytest.param({"cors_origins": (FRIEND,)}, FRIEND, FRIEND, id="an origin that is named"),
        pytest.param({"cors_origins": (FRIEND,)}, STRANGER, None, id="another one"),
        pytest.param({"cors_origins": ("*",)}, STRANGER, "*", id="any, where all are named"),
        pytest.param({}, FRIEND, None, id="none where none is named"),
        pytest.param({"cors_origins": (FRIEND,), "auth": "keys"}, FRIEND, FRIEND, id="with keys"),
    ],
)
async def test_a_browser_that_asks_first_is_answered(
    serve: Serve, settings: dict[str, Any], origin: str, allowed: str | None
) -> None:
    async with serve(**settings) as client:
        answer = await preflight(client, origin)
    told = answer.headers.get("Access-Control-Allow-Origin")
    assert (told, answer.is_success) == (allowed, allowed is not None)
    if allowed:
        assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
        assert answer.headers["Access-Control-Allow-Headers"] == "authorization, if-match"


async def test_a_page_may_read_the_headers_that_lead_on(serve: Serve) -> None:
    async with serve(cors_origins=(FRIEND,)) as client:
        answer = await client.post("/_im/incidents", json=INCIDENT, headers={"Origin": FRIEND})
        refused = await client.get("/_im/incidents/none", headers={"Origin": FRIEND})
    assert answer.headers["Access-Control-Expose-Headers"].split(", ") == list(EXPOSED)
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (404, FRIEND)
