"""Requests that are remembered while they are the same."""

import httpx2
import pytest

from tests.dialects.im.calls import IM, Client, Json

PAGES, STATS = f"{IM}/incidents_full_types", f"{IM}/incidents_full_types/stats"
WIDGETS: Json = {"widgets": {"w": {"values": {"field": "severity"}}}}

AGAIN = [
    pytest.param(f"POST {PAGES}", {"size": 5}, id="a page"),
    pytest.param(f"GET {IM}/incidents", {"status": "new"}, id="a list"),
    pytest.param(f"POST {STATS}/severity", {}, id="counts by a field"),
    pytest.param(f"POST {STATS}", WIDGETS, id="widgets"),
    pytest.param(f"GET {IM}/fields/severity/values", {}, id="a field's values"),
    pytest.param(f"POST {IM}/mitre", {}, id="the matrix"),
    pytest.param(f"GET {IM}/mitre", {"format": "navigator"}, id="a layer"),
]


async def ask(client: Client, line: str, words: Json, **headers: str) -> httpx2.Response:
    """The reply to the words, in the query of a GET and else in the body."""
    method, path = line.split()
    if method == "GET":
        return await client.get(path, params=words, headers=headers)
    return await client.post(path, json=words, headers=headers)
