"""Every operation refuses its valid request for any one flaw, in its dialect's shape, with nothing done.

The request itself, with a key of just the scope that the row names, is granted then: so each refusal is for its flaw.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from gateway.dialects.dialect import Dialect, Operation
from tests.contracts.conftest import LIMIT, Join, Tenant, error_of, status_of
from tests.contracts.examples.example import Request, filled
from tests.contracts.examples.tables import EACH_OPERATION, forms, named
from tests.keyring import SCOPES

pytestmark = pytest.mark.anyio

ANY_KEY = {
    *("POST /_im/incidents", "POST /_im/incidents/{id}", "PUT /_im/incidents/{id}", "POST /data/v2/alerts"),
    *("POST /data/events/deployments/start", "POST /data/events/deployments/end"),
}
"""Whose bodies take fields, or tags, of the caller's own."""

_NUMBERS = itertools.count(1)

Flaw = tuple[str, int, dict[str, Any]]


@pytest.fixture(scope="module")
async def home(join: Join) -> Tenant:
    return await join("home")


@pytest.fixture(scope="module")
async def other(join: Join) -> Tenant:
    return await join("other")


@EACH_OPERATION
async def test_each_flaw_is_refused_and_the_same_request_without_it_granted(
    home: Tenant, other: Tenant, dialect: Dialect, operation: Operation
) -> None:
    form = next(iter(forms(dialect, operation).values()))
    ids = await home.things(dialect, next(_NUMBERS)).of(form)
    request, before = filled(form, ids), await home.kept()
    elsewhere = filled(form, {**ids, "tenant": other.name})
    rows = [*of_callers(home, other, operation, elsewhere.path), *of_bodies(home, dialect, request)]
    answers = {flaw: await request.sent(home.anybody, **otherwise) for flaw, _, otherwise in rows}
    statuses = {flaw: status_of(dialect, status) for flaw, status, _ in rows}
    assert {flaw: error_of(dialect, answer) for flaw, answer in answers.items()} == statuses
    ways = {flaw: each.headers.get("WWW-Authenticate") for flaw, each in answers.items()}
    assert ways == {flaw: "Bearer" if each.status_code == 401 else None for flaw, each in answers.items()}
    assert await home.changed(before, ids.values()) == {}
    granted = await request.sent(home.anybody, headers=home.bearing(operation.scope))
    assert granted.status_code == operation.success, granted.text


def of_callers(home: Tenant, other: Tenant, operation: Operation, elsewhere: str) -> Iterator[Flaw]:
    """Who may not ask so: another tenant's path and header look like those of a tenant that is not."""
    right = home.bearing(operation.scope)
    yield "no key", 401, {}
    yield "no key of ours", 401, {"headers": {"Authorization": "Bearer igk_0123456789abcdef_x"}}
    for scope in SCOPES:
        if scope not in {operation.scope, "admin"}:
            yield f"a key for {scope} alone", 403, {"headers": home.bearing(scope)}
    yield "another tenant's name", 404, {"headers": {**right, "X-Scope-OrgID": other.name}}
    yield "nobody's name", 404, {"headers": {**right, "X-Scope-OrgID": "nobody"}}
    yield "another tenant's key", 404, {"headers": {**other.bearing(operation.scope), "X-Scope-OrgID": home.name}}
    if "{tenant}" in operation.path:
        yield "another tenant's path", 404, {"headers": right, "url": elsewhere}


def of_bodies(home: Tenant, dialect: Dialect, request: Request) -> Iterator[Flaw]:
    """What is no body for it; a bulk tells of what is wrong with a line beside that line."""
    if request.content is None:
        return
    right = home.bearing(request.operation.scope)
    yield "too many bytes", 413, {"headers": right, "content": request.content.ljust(LIMIT + 1)}
    yield "another media type", 415, {"headers": {**right, "content-type": "text/plain"}}
    if request.operation.media_types != ("application/json",):
        return
    yield "no JSON", 400, {"headers": right, "content": request.content[:-1]}
    yield "a text", 400, {"headers": right, "content": b'"text"'}
    if named(dialect, request.operation) not in ANY_KEY:
        yield "a key that nobody knows", 400, {"headers": right, "content": orjson.dumps(with_key(request.body))}


def with_key(body: Any) -> Any:
    """The body with a key more, in its first item where it is a list."""
    return [with_key(body[0]), *body[1:]] if isinstance(body, list) else {**body, "nobodys_key": 1}
