"""How many points in time there may be, for a tenant and for all, and whose each of them is."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from tests.conftest import Serve
from tests.dialects.im.calls import IM, answer, deleted, opened, refusal, used

pytestmark = pytest.mark.anyio

NOW = datetime(2126, 11, 22, 4, 15, 30, tzinfo=UTC)


async def test_as_many_as_are_allowed(serve: Serve) -> None:
    now = NOW
    async with serve(clock=lambda: now, pits=2) as client:
        first = await opened(client, "keep_alive=1m")
        assert answer(await client.get(f"{IM}/incidents/pit"))["active_pits"] == 2
        response = await client.get(f"{IM}/incidents/pit")
        assert (refusal(response), response.headers["Retry-After"]) == ((429, "too_many_pits", None), "60")
        assert "2 of 2" in answer(response)["error"]["reason"]
        await deleted(client, first)
        second = await opened(client, "keep_alive=1m")
        assert (await client.get(f"{IM}/incidents/pit")).status_code == 429
        now += timedelta(minutes=1)
        assert answer(await client.get(f"{IM}/incidents/pit"))["active_pits"] == 2
        assert refusal(await used(client, second)) == (410, "pit_expired", "pit")


async def test_as_many_as_are_allowed_to_all(serve: Serve, opensearch_url: str) -> None:
    far = datetime(2200, 1, 1, tzinfo=UTC)
    async with serve(clock=lambda: far, pits_total=2) as client:
        pits = [await opened(client, "keep_alive=1m") for _ in range(2)]
        httpx2.post(f"{opensearch_url}/im-registry/_refresh", timeout=60).raise_for_status()
        response = await client.get(f"{IM}/incidents/pit")
        assert (refusal(response), response.headers["Retry-After"]) == ((429, "too_many_pits", None), "1")
        for pit in pits:
            await deleted(client, pit)
