"""The headers that an operation reads stand in its dialect's OpenAPI document."""

import pytest

from gateway.dialects import DIALECTS
from gateway.serving import openapi


def headers_of(path: str, method: str = "get") -> dict[str, bool]:
    """The headers that an operation of a dialect is told to read, and whether it must have them."""
    documents = (openapi.document(each) for each in DIALECTS if path.startswith(f"{each.prefix}/"))
    [parameters] = [each["paths"][path][method]["parameters"] for each in documents]
    return {each["name"]: each["required"] for each in parameters if each["in"] == "header"}


ANYONE = {"X-Scope-OrgID": False, "User-ID": False}
ONCE = {"Idempotency-Key": False}


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        pytest.param("get", "/v1/incidents", ANYONE | {"Api-Version": False}, id="v1"),
        pytest.param(
            "post",
            "/v1/incidents/{id}/acknowledge",
            ANYONE | ONCE | {"Api-Version": False, "User-ID": True},
            id="v1: who acknowledges",
        ),
        pytest.param("get", "/_im/incidents/{id}", ANYONE | {"If-None-Match": False}, id="a read"),
        pytest.param("put", "/_im/incidents/{id}", ANYONE | ONCE | {"If-Match": False}, id="a write of a version"),
        pytest.param("get", "/api/v2/incident", ANYONE, id="log360"),
        pytest.param("get", "/api/backend/{tenant}/incidents", ANYONE, id="actian"),
    ],
)
def test_the_headers_that_are_read_are_told(method: str, path: str, expected: dict[str, bool]) -> None:
    assert headers_of(path, method) == expected
