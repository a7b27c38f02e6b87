"""How a dialect says what went wrong, whoever asks: one shape, a request id, and nothing of the inside."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from dirty_equals import IsStr

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import Serve, live
from tests.dialects.im.calls import IM, NDJSON, Client, Refusal, answer, refusal

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def client(opensearch_url: str) -> AsyncIterator[Client]:
    """A client of a gateway with default settings, as a tenant that nobody has ever written to."""
    async with live(create_app(load(opensearch_url=opensearch_url))) as opened:
        opened.headers["X-Scope-OrgID"] = f"t{uuid.uuid4().hex[:12]}"
        yield opened


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        pytest.param("PATCH", "incidents/a", {"GET", "HEAD", "POST", "PUT", "DELETE"}, id="an incident"),
        pytest.param("DELETE", "incidents", {"GET", "HEAD", "POST"}, id="all incidents"),
        pytest.param("POST", "aggregations/results", {"GET", "HEAD"}, id="all results"),
        pytest.param("GET", "aggregations/results/a/b", {"POST", "PUT", "DELETE"}, id="a result"),
        pytest.param("GET", "incidents_full_types/stats/severity", {"POST"}, id="statistics"),
        pytest.param("PATCH", "incidents/pit", {"GET", "HEAD", "DELETE"}, id="points in time"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(client: Client, method: str, path: str, allowed: set[str]) -> None:
    response = await client.request(method, f"{IM}/{path}")
    assert refusal(response) == (405, "method_not_allowed", None)
    assert {each.strip() for each in response.headers["Allow"].split(",")} == allowed


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/incidents/a/b", "/incidents_full_types/stats", "/Incidents"])
async def test_an_unknown_path(client: Client, path: str) -> None:
    assert refusal(await client.get(f"{IM}{path}")) == (404, "not_found", None)


async def test_every_answer_carries_a_request_id(client: Client) -> None:
    paths = [f"{IM}/incidents", f"{IM}/incidents/a", f"{IM}/nothing", f"{IM}/incidents/pit", "/nowhere"]
    ids = [(await client.get(each)).headers["X-Request-Id"] for each in paths]
    assert ids == [IsStr(min_length=16)] * 5
    assert len(set(ids)) == 5
    own = await client.get(f"{IM}/incidents", headers={"X-Request-Id": "mine-1.2_3"})
    assert own.headers["X-Request-Id"] == "mine-1.2_3"
    evil = await client.get(f"{IM}/incidents", headers={"X-Request-Id": "a b"})
    assert evil.headers["X-Request-Id"] != "a b"


async def test_a_failure_of_ours_shows_nothing_of_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_words: object) -> None:
        raise RuntimeError("the password is 1234")

    monkeypatch.setattr("gateway.incidents.reading.search.get", broken)
    response = await client.get(f"{IM}/incidents/a")
    assert refusal(response) == (500, "internal", None)
    assert b"1234" not in response.content
    assert b"RuntimeError" not in response.content
    assert response.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("content", "headers", "expected"),
    [
        pytest.param(b"{", JSON, (400, "bad_json", None), id="no JSON"),
        pytest.param(b"", JSON, (400, "bad_request", None), id="no body"),
        pytest.param(b"null", JSON, (400, "bad_request", None), id="null"),
        pytest.param(b'"text"', JSON, (400, "bad_request", None), id="a text"),
        pytest.param(b'{"title":NaN}', JSON, (400, "bad_json", None), id="no number"),
        pytest.param(b'{"title":"\xff"}', JSON, (400, "bad_json", None), id="no UTF-8"),
        pytest.param(b"{}", NDJSON, (415, "unsupported_media_type", None), id="lines"),
        pytest.param(b"a=b", {"Content-Type": "text/plain"}, (415, "unsupported_media_type", None), id="text"),
    ],
)  # fmt: skip
async def test_bodies(client: Client, content: bytes, headers: dict[str, str], expected: Refusal) -> None:
    for method, path in (("POST", "incidents/a"), ("PUT", "incidents/a"), ("POST", "aggregations/results/a/b")):
        response = await client.request(method, f"{IM}/{path}", content=content, headers=headers)
        assert refusal(response) == expected, (method, path)


@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", ""])
async def test_media_types(client: Client, media_type: str) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    response = await client.post(f"{IM}/incidents_full_types", content=b"{}", headers=headers)
    assert response.status_code == 200


async def pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize("chunked", [False, True], ids=["said at once", "found out"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(
            ("POST", path)
            for path in ("incidents/a", "incidents/a/notes", "incidents/a/alerts", "incidents_full_types")
        ),
        *(("POST", path) for path in ("incidents_full_types/stats/severity", "incidents/export")),
        *(("PUT", "incidents/a"), ("DELETE", "incidents/pit"), ("PUT", "aggregations/results/a/b")),
    ],
)
async def test_too_large(serve: Serve, method: str, path: str, chunked: bool) -> None:
    body = b'{"title":"' + b"x" * 1100 + b'"}'
    async with serve(body_limit=1024) as client:
        content: Any = pieces(body, 100) if chunked else body
        response = await client.request(method, f"{IM}/{path}", content=content, headers=JSON)
        assert refusal(response) == (413, "too_large", None)
        assert answer(response)["error"]["reason"] == "the body may be at most 1,024 bytes"


async def test_a_body_that_says_it_is_too_large_is_not_read(serve: Serve) -> None:
    seen: list[bytes] = []

    async def watched() -> AsyncIterator[bytes]:
        seen.append(b"x")
        yield b"x"

    headers = {**JSON, "Content-Length": "1025"}
    async with serve(body_limit=1024, bulk_limit=1024) as client:
        for path in ("incidents/a", "incidents/bulkUpdate"):
            response = await client.post(f"{IM}/{path}", content=watched(), headers=headers)
            assert (refusal(response), seen) == ((413, "too_large", None), [])


async def test_a_body_at_the_limit(serve: Serve) -> None:
    body = b'{"title":"' + b"x" * (1024 - 12) + b'"}'
    async with serve(body_limit=1024) as client:
        assert (await client.post(f"{IM}/incidents/a", content=pieces(body, 100), headers=JSON)).status_code == 201


async def test_the_longest_user_id(client: Client) -> None:
    for length, status in ((256, 200), (257, 400)):
        response = await client.get(f"{IM}/incidents", headers={"User-ID": "x" * length})
        assert response.status_code == status
    assert refusal(response) == (400, "bad_request", "User-ID")
