"""How a body is read and an answer marked, whoever asks; what each operation refuses is in test_flaws.py."""

import uuid
from collections.abc import AsyncIterator

import pytest
from dirty_equals import IsStr

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import Serve, live
from tests.dialects.im.calls import IM, Client, answer, refusal

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def client(opensearch_url: str) -> AsyncIterator[Client]:
    """A client of a gateway with default settings, as a tenant that nobody has ever written to."""
    async with live(create_app(load(opensearch_url=opensearch_url))) as opened:
        opened.headers["X-Scope-OrgID"] = f"t{uuid.uuid4().hex[:12]}"
        yield opened


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("path", ["/nothing", "/incidents/a/b", "/incidents_full_types/state", "/Incidents"])
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


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b"", "bad_request", id="no body"),
        pytest.param(b"null", "bad_request", id="null"),
        pytest.param(b'{"title":NaN}', "bad_json", id="no number"),
        pytest.param(b'{"title":"\xff"}', "bad_json", id="no UTF-8"),
    ],
)
async def test_what_is_no_object(client: Client, content: bytes, kind: str) -> None:
    response = await client.post(f"{IM}/incidents/a", content=content, headers=JSON)
    assert refusal(response) == (400, kind, None)


@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", ""])
async def test_media_types(client: Client, media_type: str) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    response = await client.post(f"{IM}/incidents_full_types", content=b"{}", headers=headers)
    assert response.status_code == 200


async def pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def test_a_body_that_is_found_to_be_too_large(serve: Serve) -> None:
    async with serve(body_limit=1024) as client:
        content = pieces(b'{"title":"' + b"x" * 1100 + b'"}', 100)
        response = await client.post(f"{IM}/incidents/a", content=content, headers=JSON)
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
