"""Compression of bodies and answers, and what stands before JSON, whatever the dialect."""

import gzip
import json
import zlib
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import live, tenants
from tests.contracts.test_bodies import V1
from tests.dialects.im.calls import IM, Client, answer

pytestmark = pytest.mark.anyio

Write = tuple[str, str, str, int]
Encode = Callable[[bytes], bytes]
Form = tuple[str, Encode]

LIMIT = 50_000
BULK = {"Content-Type": "application/x-ndjson"}


@pytest.fixture(scope="module")
async def client(opensearch_url: str) -> AsyncIterator[Client]:
    """A client of a gateway that takes small bodies, as a tenant of its own."""
    settings = load(opensearch_url=opensearch_url, body_limit=LIMIT, bulk_limit=LIMIT)
    with tenants(opensearch_url) as new:
        async with live(create_app(settings)) as opened:
            opened.headers |= {"X-Scope-OrgID": new()}
            for each in ("a", "b"):
                (await opened.post(f"{IM}/incidents/{each}", json={"title": each})).raise_for_status()
            yield opened


WRITES: dict[str, Write] = {
    "_im": ("POST", f"{IM}/incidents", json.dumps({"title": "t"}), 201),
    "_im, a search": ("POST", f"{IM}/incidents_full_types", json.dumps({"size": 1}), 200),
    "_im, bulk lines": ("POST", f"{IM}/incidents/bulkUpdate", '{"_meta":{"id":"a"},"reviewer":"alice"}\n', 200),
    "_im, a bulk array": ("POST", f"{IM}/incidents/bulkUpdate", '[{"_meta":{"id":"a"},"reviewer":"bob"}]', 200),
    "_im, alerts": ("POST", f"{IM}/incidents/a/alerts", '[{"description": "d"}]', 201),
    "v1": ("POST", "/v1/incidents", json.dumps(V1), 200),
    "BigPanda": ("POST", "/data/v2/alerts", json.dumps({"app_key": "k", "status": "ok", "host": "h"}), 201),
    "Actian": ("POST", "/api/backend/x/configuration/alerts/by_filters", '{"sources": ["s"]}', 200),
}
FORMS: dict[str, Form] = {
    "gzip": ("gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "a byte order mark": ("identity", lambda body: b"\xef\xbb\xbf" + body),
    "a byte order mark in gzip": ("gzip", lambda body: gzip.compress(b"\xef\xbb\xbf" + body)),
}


def _headers(encoding: str, body: str) -> dict[str, str]:
    media = "application/x-ndjson" if body.endswith("\n") else "application/json"
    return {"Content-Encoding": encoding, "Content-Type": media}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_bodies_are_read_in(client: Client, write: Write, form: Form) -> None:
    (method, path, body, status), (encoding, encode) = write, form
    content = encode(body.encode())
    response = await client.request(method, path, content=content, headers=_headers(encoding, body))
    assert response.status_code == status, response.text
    if "bulk" in path:
        assert not answer(response)["errors"]


@pytest.mark.parametrize("encode", [gzip.compress, zlib.compress], ids=["gzip", "deflate"])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_the_limit_is_of_what_it_decodes_to(client: Client, write: Write, encode: Encode) -> None:
    method, path, body, _ = write
    content = encode(body.encode() + b" " * 10_000_000)
    encoding = "gzip" if encode is gzip.compress else "deflate"
    response = await client.request(method, path, content=content, headers=_headers(encoding, body))
    assert (response.status_code, len(content) < LIMIT) == (413, True)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_other_encodings(client: Client, write: Write) -> None:
    method, path, body, _ = write
    response = await client.request(method, path, content=body, headers=_headers("br", body))
    assert (response.status_code, response.headers["Accept-Encoding"]) == (415, "gzip, deflate")


async def _raw(client: Client, path: str, accepted: str) -> httpx2.Response:
    return await client.get(path, headers={"Accept-Encoding": accepted})


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(f"{IM}/incidents?size=100", id="a page"),
        pytest.param(f"{IM}/incidents/export", id="a stream"),
        pytest.param(f"{IM}/incidents/export?format=csv", id="a stream as CSV"),
        pytest.param("/v1/incidents?pageSize=100", id="a page of v1"),
        pytest.param("/api/v2/incident", id="a list of Log360"),
        pytest.param("/openapi/im.json", id="a document"),
    ],
)
async def test_answers_are_compressed_for_who_asks(client: Client, path: str) -> None:
    await client.put(f"{IM}/incidents/a?refresh=true", json={"description": "long " * 400})
    plain, small = await _raw(client, path, "identity"), await _raw(client, path, "gzip")
    if plain.status_code == 404:
        pytest.fail(f"{path} is not there")
    assert (plain.headers.get("Content-Encoding"), small.headers["Content-Encoding"]) == (None, "gzip")
    assert "Accept-Encoding" in small.headers["Vary"]
    assert int(small.headers.get("Content-Length", 0)) < len(plain.content)


@pytest.mark.parametrize("encoding", ["identity", "gzip", "gzip;q=0", "*"])
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(f"{IM}/incidents?size=100", id="a page"),
        pytest.param(f"{IM}/incidents/b", id="an incident"),
        pytest.param(f"{IM}/incidents/export", id="a stream"),
        pytest.param(f"{IM}/incidents/export?format=csv", id="a stream as CSV"),
        pytest.param("/v1/incidents?pageSize=100", id="a page of v1"),
        pytest.param("/api/v2/incident", id="a list of Log360"),
        pytest.param("/api/backend/{tenant}/incidents", id="a list of Actian"),
        pytest.param("/resources/v2.0/environments/all/incidents", id="a list of BigPanda"),
    ],
)
async def test_head_tells_what_get_would(client: Client, path: str, encoding: str) -> None:
    """But for what each answer has of its own, and the length of an answer that differs each time it is made."""
    path = path.replace("{tenant}", client.headers["X-Scope-OrgID"])
    headers = {"Accept-Encoding": encoding}
    whole, alone = await client.get(path, headers=headers), await client.head(path, headers=headers)
    differing = {"x-request-id", "x-pit", "content-length"}
    shown = [{name: each.headers[name] for name in each.headers if name not in differing} for each in (whole, alone)]
    assert (whole.status_code, alone.status_code, alone.content) == (200, 200, b"")
    assert shown[1] == shown[0]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        pytest.param("gzip", "gzip", id="gzip"),
        pytest.param("deflate, GZip;q=0.5", "gzip", id="some weight, in any case"),
        pytest.param("gzip;q=0.001", "gzip", id="the least weight"),
        pytest.param("gzip;q=0", None, id="no weight"),
        pytest.param("gzip ; q = 0.000, identity", None, id="no weight, with spaces"),
        pytest.param("*, gzip;q=0", None, id="all but gzip"),
        pytest.param("br, notgzip", None, id="another coding"),
        pytest.param("identity", None, id="none"),
        pytest.param("", None, id="nothing"),
    ],
)
async def test_what_is_not_taken_is_not_sent(client: Client, accepted: str, expected: str | None) -> None:
    response = await _raw(client, "/openapi/im.json", accepted)
    assert (response.headers.get("Content-Encoding"), response.headers["Vary"]) == (expected, "Accept-Encoding")


async def test_small_answers_are_not(client: Client) -> None:
    assert "Content-Encoding" not in (await _raw(client, f"{IM}/incidents/b", "gzip")).headers
