"""Each write of each dialect, sent again under its Idempotency-Key: one effect, and the answer that it had.

Also where its gateway ended when all was done and nothing answered yet: then what is kept of the request is taken away.
"""

import itertools
import secrets
from typing import Any

import httpx2
import orjson
import pytest

from gateway.dialects import DIALECTS
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
    lines: list[Any] = []
    for hit in found.raise_for_status().json()["hits"]["hits"]:
        entry = {name: value for name, value in hit["_source"].items() if name not in _ANSWER} | {"until": until}
        lines += [{"index": {"_id": hit["_id"]}}, entry]
    body = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    headers = {"Content-Type": "application/x-ndjson"}
    written = await owner.engine.post("/im-registry/_bulk", content=body, headers=headers)
    assert not written.raise_for_status().json()["errors"]


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


async def tokens_of(owner: Tenant) -> dict[str, Any]:
    """What a dry run of a change of one new incident gives, and one of its deletion."""
    [dialect] = [each for each in DIALECTS if each.name == "im"]
    return dict(await owner.things(dialect, next(_NUMBERS)).ids(("id", "update", "deletion")))


async def test_a_run_by_filter_carried_out_again_still_tells_what_another_had_done(owner: Tenant) -> None:
    body = {"token": (await tokens_of(owner))["update"], "change": {"status": "closed"}}
    path, keys = "/_im/incidents/bulkUpdate/byFilter", [secrets.token_hex(8) for _ in range(2)]
    first = [(await owner.client.post(path, json=body, **keyed(key))).json() for key in keys]
    await left(owner, LAPSED)
    again = [(await owner.client.post(path, json=body, **keyed(key))).json() for key in keys]
    assert [(each["updated"], each["done_before"]) for each in first] == [(1, 0), (0, 1)]
    assert again == first


@pytest.mark.parametrize("by_filter", [False, True], ids=["of ids", "by filter"])
async def test_a_deletion_whose_gateway_ended_before_its_account_is_finished(owner: Tenant, by_filter: bool) -> None:
    ids, key = await tokens_of(owner), secrets.token_hex(8)
    path = f"/_im/incidents/bulkDelete{'/byFilter' if by_filter else ''}"
    body = {"token": ids["deletion"]} if by_filter else {"ids": [ids["id"]]}
    first = await owner.client.post(path, json=body, **keyed(key))
    await owner.refresh()
    account = {"bool": {"filter": [{"term": {"incident_id": ids["id"]}}, {"term": {"type": "deleted"}}]}}
    script = {"source": "ctx._source.kind = 'deletion'"}
    unfinished = f"/im-events-{owner.name}/_update_by_query?refresh=true"
    changed = await owner.engine.post(unfinished, json={"query": account, "script": script})
    assert changed.json()["updated"] == 1
    await left(owner, LAPSED)
    assert said(await owner.client.post(path, json=body, **keyed(key))) == said(first)
    told = (await owner.client.get(f"/_im/incidents/{ids['id']}/activities")).json()["docs"]
    assert [each["type"] for each in told] == ["deleted"]
