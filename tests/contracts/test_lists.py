"""Lists in queries as jQuery, axios and PHP write them: read, and not passed over as names that nobody knows."""

import uuid

import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import live

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        pytest.param("/_im/incidents?due_at[]=2026-11-22", "/_im/incidents?due_at[]=never", id="_im"),
        pytest.param("/v1/incidents?type[]=ALERT&type[]=ANOMALY", "/v1/incidents?type[]=ALERT&type[]=NO", id="v1"),
        pytest.param(
            "/api/backend/t/incidents?severities[]=HIGH", "/api/backend/t/incidents?severities[]=NO", id="Actian"
        ),
    ],
)
async def test_they_are_read(opensearch_url: str, good: str, bad: str) -> None:
    async with live(create_app(load(opensearch_url=opensearch_url))) as client:
        client.headers["X-Scope-OrgID"] = f"t{uuid.uuid4().hex[:12]}"
        assert [(await client.get(path)).status_code for path in (good, bad)] == [200, 400]
