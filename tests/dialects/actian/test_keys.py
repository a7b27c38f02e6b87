"""Who may ask: a key as a bearer or in the vendor's header, for the tenant of the path; and the shape of refusals."""

from collections.abc import Callable, Mapping

import pytest

from gateway.dialects.actian.table import dialect
from gateway.serving import openapi
from tests import keyring
from tests.conftest import Serve
from tests.dialects.actian.calls import Client, make, path, refusal

pytestmark = pytest.mark.anyio

WANTED = "a key is wanted: Authorization: Bearer or X-TLM-Key"
INVALID = "the key is missing, unknown, expired or revoked"


@pytest.fixture
async def tokens(opensearch_url: str, tenant: str, new_tenant: Callable[[], str]) -> Mapping[str, str]:
    """Keys that may read, may only write, and are another tenant's."""
    own = await keyring.tokens(opensearch_url, tenant, "read", "write")
    return {**own, "other": (await keyring.tokens(opensearch_url, new_tenant(), "read"))["read"]}


async def test_who_may_ask(serve: Serve, tenant: str, tokens: Mapping[str, str]) -> None:
    async with serve(auth="keys", headers={}) as client:
        rows = {
            "bearer": ({"Authorization": f"Bearer {tokens['read']}"}, (200, "")),
            "the vendor's header": ({"X-TLM-Key": tokens["read"]}, (200, "")),
            "beside another scheme": ({"X-TLM-Key": tokens["read"], "Authorization": "Basic eDp5"}, (200, "")),
            "nothing": ({}, (401, WANTED)),
            "an empty header": ({"X-TLM-Key": " "}, (401, WANTED)),
            "no key": ({"X-TLM-Key": "x"}, (401, INVALID)),
            "a bad bearer goes first": ({"X-TLM-Key": tokens["read"], "Authorization": "Bearer x"}, (401, INVALID)),
            "no scope": ({"X-TLM-Key": tokens["write"]}, (403, 'the key "a key" has no scope "read"')),
            "another tenant": ({"X-TLM-Key": tokens["other"]}, (404, "no such tenant")),
        }
        answers = {name: await _answer(client, tenant, headers) for name, (headers, _) in rows.items()}
        assert answers == {name: expected for name, (_, expected) in rows.items()}
        elsewhere = await client.get("/_im/incidents", headers={"X-TLM-Key": tokens["read"]})
        assert elsewhere.status_code == 401


async def _answer(client: Client, tenant: str, headers: Mapping[str, str]) -> tuple[int, str]:
    response = await client.get(f"/api/backend/{tenant}/incidents", headers=headers)
    return (200, response.text.strip("[]")) if response.status_code == 200 else refusal(response)


@pytest.mark.parametrize(
    ("method", "where", "expected"),
    [
        pytest.param("GET", "/api/backend/t1/nowhere", (404, "no such path"), id="no such path"),
        pytest.param("POST", "/api/backend/t1/incidents", (405, "this path does not take that method"), id="no writes"),
        pytest.param(
            "GET",
            "/api/backend/T1/incidents",
            (400, 'tenant: "T1" cannot be a tenant: 1 to 63 of a-z 0-9 _ -, a letter or digit first'),
            id="no tenant's name",
        ),
    ],
)
async def test_every_refusal_has_the_vendors_shape(
    shared: Client, method: str, where: str, expected: tuple[int, str]
) -> None:
    assert refusal(await shared.request(method, where)) == expected


async def test_the_openapi_document_names_both_ways_to_send_a_key() -> None:
    told = openapi.document(dialect)
    listed = told["paths"]["/api/backend/{tenant}/incidents"]["get"]
    assert (listed["security"], listed["tags"]) == ([{"bearer": []}, {"key": []}], ["incidents"])
    assert told["components"]["securitySchemes"]["key"] == {"type": "apiKey", "in": "header", "name": "X-TLM-Key"}


async def test_the_path_names_the_tenant(shared: Client, tenant: str) -> None:
    """A tenant that nobody wrote to is empty; a header does not change whose incidents are listed."""
    await make(shared, "mine", ext={"actian": {"project_id": 71}})
    only = {"project_ids": "71"}
    mine = await shared.get(path(shared), params=only, headers={"X-Scope-OrgID": tenant})
    theirs = await shared.get(f"/api/backend/{tenant}/incidents", params=only)
    assert [[each["alert_policy_name"] for each in found.json()] for found in (mine, theirs)] == [["mine"], []]
