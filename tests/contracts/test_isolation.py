"""Two tenants with equal ids: nothing that one of them does shows or changes anything of the other's."""

from typing import Any

import orjson
import pytest

from tests.conftest import Serve
from tests.dialects.im.calls import IM, Client, Json, answer, events, listed, opened, read, refusal, searched

pytestmark = pytest.mark.anyio

CANARY = "canary"


async def furnished(client: Client, word: str) -> None:
    """An incident with all that can hang on it, its result included, each holding the word."""
    fields: Json = {
        **{"title": word, "comment": word, "tags": [word], "severity": "high", "reviewer": word, "started_at": 0},
        f"{word}_field": word,
    }
    for path, body in (
        ("incidents/same", fields),
        ("incidents/same/notes", {"body": word}),
        ("incidents/same/alerts", {"alert_id": "same", "description": word}),
        ("aggregations/results/same/same", {"title": word, "incident_ids": ["same"], "started_at": 0}),
    ):
        response = await client.post(f"{IM}/{path}?refresh=true", json=body)
        assert response.status_code == 201, response.text


async def everything(client: Client) -> list[Any]:
    """All that the tenant has."""
    hanging = [await events(client, "same", kind) for kind in ("notes", "alerts", "activities")]
    results = answer(await client.get(f"{IM}/aggregations/results"))
    return [await read(client, "same"), *hanging, results]


MATCH_ALL: Json = {"match_all": {}}
OPERATIONS: list[tuple[str, str, Any]] = [
    ("GET", "incidents_full_types", None),
    ("POST", "incidents_full_types", {"search_query": MATCH_ALL, "with_total_docs": True, "explain": True}),
    ("POST", "incidents_full_types", {"search_query": {"bool": {"should": [MATCH_ALL, {"exists": {"field": "x"}}]}}}),
    ("POST", "incidents_full_types", {"search_query": {"ids": {"values": ["same", "same~same"]}}}),
    ("POST", "incidents_full_types", {"additional_fields": [{"name": "tags", "type": "text", "value": "*"}]}),
    ("POST", "incidents_full_types", {"sort": [{"field": "title", "order": "asc"}], "fields": ["*"]}),
    ("POST", "incidents_full_types/stats/tags", {}),
    ("POST", "incidents_full_types/stats/title", {"search_query": MATCH_ALL}),
    ("GET", "incidents", None),
    ("GET", "incidents?tags=*", None),
    ("GET", f"incidents?{CANARY}_field={CANARY}", None),
    ("GET", "incidents/pits", None),
    ("GET", "incidents/export", None),
    ("POST", "incidents/export", {"format": "csv", "fields": ["title", "tags"]}),
    ("GET", "aggregations/results", None),
    ("GET", "aggregations/results?incident_aggregation_result_id=same", None),
    ("GET", "incidents/same", None),
    ("GET", "incidents/same/mitre", None),
    ("GET", "incidents/same/notes", None),
    ("GET", "incidents/same/alerts", None),
    ("GET", "incidents/same/activities", None),
    ("PUT", "incidents/same", {"title": "other", "comment": "other"}),
    ("POST", "incidents/same/notes", {"body": "other"}),
    ("POST", "incidents/same/alerts", {"alert_id": "same", "description": "other"}),
    ("POST", "incidents/bulkUpdate", {"_meta": {"id": "same"}, "tags": ["other"]}),
    ("POST", "incidents/bulkCreate", {"_meta": {"id": "same"}, "title": "other"}),
    ("POST", "incidents/same", {"title": "other"}),
    ("PUT", "aggregations/results/same/same?sync=true", {"reviewer": "other", "severity": "low"}),
    ("POST", "aggregations/results/same/same", {"title": "other", "incident_ids": ["same"]}),
    ("DELETE", "aggregations/results/same/same", None),
    ("DELETE", "incidents/same", None),
    ("DELETE", "incidents/same", None),
    ("GET", "incidents/same", None),
]  # fmt: skip


async def test_no_operation_shows_or_changes_anothers(serve: Serve, tenant: str) -> None:
    async with serve() as mine, serve(headers={"X-Scope-OrgID": f"{tenant}-other"}) as theirs:
        await furnished(mine, CANARY)
        before = await everything(mine)
        await furnished(theirs, "other")
        for method, path, body in OPERATIONS:
            response = await theirs.request(method, f"{IM}/{path}", json=body)
            assert response.status_code < 500, (method, path)
            assert CANARY.encode() not in response.content, (method, path)
        assert await everything(mine) == before
        assert await listed(mine) == ["same"]


async def test_the_same_with_nothing_of_ones_own(serve: Serve, tenant: str) -> None:
    async with serve() as mine, serve(headers={"X-Scope-OrgID": f"{tenant}-empty"}, provision=False) as theirs:
        await furnished(mine, CANARY)
        before = await everything(mine)
        for method, path, body in OPERATIONS:
            response = await theirs.request(method, f"{IM}/{path}", json=body)
            assert response.status_code in {200, 400, 404}, (method, path, response.text)
            assert CANARY.encode() not in response.content, (method, path)
        assert await everything(mine) == before


async def test_points_in_time_and_cursors_are_bound_to_their_tenant(serve: Serve, tenant: str) -> None:
    async with serve() as mine, serve(headers={"X-Scope-OrgID": f"{tenant}-other"}) as theirs:
        for client in (mine, theirs):
            await furnished(client, "same")
        pit = await opened(mine)
        inside = (await searched(mine, pit=pit, size=1))["next"]
        outside = (await searched(mine, size=1))["next"]
        of_list = answer(await mine.get(f"{IM}/incidents?size=1"))["next"]
        notes = answer(await mine.get(f"{IM}/incidents/same/notes?size=1"))["next"]
        for path, body in (
            ("incidents_full_types", {"pit": pit}),
            ("incidents_full_types", {"pit": pit, "after": inside}),
            ("incidents_full_types/stats/severity", {"pit": pit}),
            ("incidents/export", {"pit": pit}),
        ):
            assert refusal(await theirs.post(f"{IM}/{path}", json=body)) == (404, "not_found", "pit")
        for path in (
            f"incidents_full_types?after={outside}",
            f"incidents?after={of_list}",
            f"incidents/same/notes?after={notes}",
        ):
            assert refusal(await theirs.get(f"{IM}/{path}")) == (400, "bad_cursor", "after")
        gone = await theirs.request("DELETE", f"{IM}/incidents/pit", json={"id": pit})
        assert refusal(gone) == (404, "not_found", "id")
        assert len((await searched(mine, pit=pit))["docs"]) == 2


WRITES: list[tuple[str, str, Any]] = [
    ("POST", "incidents", {"title": "t"}),
    ("POST", "incidents/a", {"title": "t"}),
    ("PUT", "incidents/a", {"title": "t"}),
    ("DELETE", "incidents/a", None),
    ("POST", "incidents/a/notes", {"body": "t"}),
    ("POST", "incidents/a/alerts", {}),
    ("POST", "aggregations/results/a/b", {"title": "t"}),
    ("PUT", "aggregations/results/a/b", {"title": "t"}),
    ("DELETE", "aggregations/results/a/b", None),
]


async def test_a_tenant_that_is_not_provisioned(serve: Serve, tenant: str, opensearch_url: str) -> None:
    async with serve(provision=False) as client:
        for method, path, body in WRITES:
            response = await client.request(method, f"{IM}/{path}", json=body)
            assert refusal(response) == (404, "not_found", None), (method, path)
        for action in ("bulkUpdate", "bulkCreate"):
            line = orjson.dumps({"_meta": {"id": "a"}, "title": "t"})
            [item] = answer(await client.post(f"{IM}/incidents/{action}", content=line))["items"]
            assert next(iter(item.values()))["status"] == 404
        assert await listed(client) == []
        assert (await searched(client, with_total_docs=True))["total_docs"] == 0
    async with serve() as client:
        assert (await client.post(f"{IM}/incidents/a", json={"title": "t"})).status_code == 201
    async with serve(provision=False) as client:
        assert (await client.post(f"{IM}/incidents/b?refresh=true", json={"title": "t"})).status_code == 201
        assert sorted(await listed(client)) == ["a", "b"]
