"""Each write of each dialect, sent again under its Idempotency-Key: one effect, and the answer that it had.

Also where its gateway ended when all was done and nothing answered yet: then what is kept of the request is taken away.
"""

import itertools
import secrets
from typing import Any

import httpx2
import pytest

from gateway.dialects.dialect import Dialect
from tests.contracts.conftest import Join, Tenant, error_of
from tests.contracts.examples.example import Request, filled
from tests.contracts.examples.tables import EACH_EXAMPLE, EXAMPLES

pytestmark = pytest.mark.anyio

_NUMBERS = itertools.count(1)
_ANSWER = ("status", "headers", "parts", "body")
LAPSED, GOING_ON = "2020-01-01T00:00:00.000Z", "2100-01-01T00:00:00.000Z"
OF_A_WRITING = {"took", "took_ms", "version"}
"""What is of one sending alone, or of the last writing of a document."""


@pytest.fixture(scope="module")
async def owner(join: Join) -> Tenant:
    return await join("once")


def keyed(key: str) -> dict[str, Any]:
    return {"headers": {"Idempotency-Key": key}}


def writes(form: Request) -> bool:
    return form.operation.scope != "read"


async def sent(owner: Tenant, dialect: Dialect, form: Request) -> tuple[Request, str, httpx2.Response]:
    """The request, its key, and its first answer, which is a success."""
    things = owner.things(dialect, next(_NUMBERS))
    request, key = filled(form, await things.of(form)), secrets.token_hex(8)
    answer = await request.sent(owner.client, **keyed(key))
    assert answer.status_code == form.operation.success, answer.text
    return request, key, answer


async def left(owner: Tenant, until: str) -> None:
    """Has the tenant's requests look as if they were never answered, and their claims held until then."""
    await owner.refresh()
    wanted = [{"term": {"kind": "request"}}, {"term": {"tenant": owner.name}}]
    found = await owner.engine.post("/im-registry/_search", json={"query": {"bool": {"filter": wanted}}, "size": 1000})
    for hit in found.raise_for_status().json()["hits"]["hits"]:
        entry = {name: value for name, value in hit["_source"].items() if name not in _ANSWER} | {"until": until}
        (await owner.engine.put(f"/im-registry/_doc/{hit['_id']}", json=entry)).raise_for_status()


def shown(value: Any) -> Any:
    """What an answer says of what was done."""
    if isinstance(value, dict):
        return {name: shown(each) for name, each in value.items() if name not in OF_A_WRITING}
    return [shown(each) for each in value] if isinstance(value, list) else value


def said(answer: httpx2.Response) -> tuple[int, Any]:
    json = answer.headers.get("content-type", "").startswith("application/json")
    return answer.status_code, shown(answer.json()) if json else answer.text


@EACH_EXAMPLE
async def test_a_write_under_its_key_is_done_and_answered_once(owner: Tenant, dialect: Dialect, form: Request) -> None:
    if not writes(form):
        return
    request, key, first = await sent(owner, dialect, form)
    before = await owner.kept()
    again = await request.sent(owner.client, **keyed(key))
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert {name: first.headers[name] for name in ("etag", "location", "content-type") if name in first.headers} == {
        name: again.headers[name] for name in ("etag", "location", "content-type") if name in again.headers
    }
    other = await request.sent(owner.client, content=b'{"title": "other"}', **keyed(key))
    assert error_of(dialect, other) == 422
    assert await owner.kept() == before


@EACH_EXAMPLE
async def test_a_write_whose_gateway_ended_is_not_done_twice(owner: Tenant, dialect: Dialect, form: Request) -> None:
    if not writes(form):
        return
    request, key, first = await sent(owner, dialect, form)
    before = {name: number for name, number in (await owner.kept()).items() if "im-registry" not in name}
    await left(owner, GOING_ON)
    refused = await request.sent(owner.client, **keyed(key))
    assert error_of(dialect, refused) == 409
    assert int(refused.headers["Retry-After"]) > 0
    await left(owner, LAPSED)
    again = await request.sent(owner.client, **keyed(key))
    assert said(again) == said(first)
    after = {name: number for name, number in (await owner.kept()).items() if "im-registry" not in name}
    assert after == before


@pytest.mark.parametrize("key", ["", "k" * 129], ids=["an empty one", "one of 129 characters"])
async def test_what_can_be_no_key_is_refused(owner: Tenant, key: str) -> None:
    answer = await owner.client.post("/_im/incidents", json={"title": "t"}, headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert answer.json()["error"]["where"] == "Idempotency-Key"


async def test_every_dialect_has_writes() -> None:
    assert all(EXAMPLES.values())
