"""A gateway that makes no tenants: one that is not there has nothing and takes nothing, until somebody makes it."""

import orjson
import pytest

from tests.conftest import Serve
from tests.dialects.im.calls import IM, answer, listed, refusal, searched

pytestmark = pytest.mark.anyio


async def test_a_tenant_that_is_not_provisioned(serve: Serve) -> None:
    async with serve(provision=False) as client:
        assert refusal(await client.post(f"{IM}/incidents/a", json={"title": "t"})) == (404, "not_found", None)
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
