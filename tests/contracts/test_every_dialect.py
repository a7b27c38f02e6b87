"""What every dialect owes, asked of all of them at once; a new one in DIALECTS is asked the same.

What each operation owes is asked in test_flaws.py and test_strangers.py.
"""

from datetime import datetime

import httpx2
import pytest
from markupsafe import escape
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway.dialects.dialect import Dialect
from gateway.incidents.session import utc_now
from tests.conftest import Serve
from tests.contracts.conftest import error_of, status_of
from tests.contracts.examples.tables import EACH_DIALECT, named

pytestmark = pytest.mark.anyio

Client = httpx2.AsyncClient


@EACH_DIALECT
async def test_an_unknown_path_is_told_in_the_dialects_shape(client: Client, dialect: Dialect) -> None:
    for prefix in {each.prefix or dialect.prefix for each in dialect.operations}:
        answer = await client.get(f"{prefix}/no/such/path/at/all")
        assert error_of(dialect, answer) == status_of(dialect, 404)


@EACH_DIALECT
async def test_a_wrong_method_is_told_the_right_ones_in_the_dialects_shape(client: Client, dialect: Dialect) -> None:
    right: dict[str, set[str]] = {}
    for each in dialect.operations:
        right.setdefault(dialect.path_of(each), set()).update({"GET": {"GET", "HEAD"}}.get(each.method, {each.method}))
    for path, methods in right.items():
        answer = await client.request("TRACE", path)
        assert error_of(dialect, answer) == 405
        assert {each.strip() for each in answer.headers["Allow"].split(",")} == methods


@EACH_DIALECT
async def test_a_failure_of_ours_shows_nothing_of_it(serve: Serve, dialect: Dialect) -> None:
    """Here a clock that fails, which is asked whether the key still holds."""
    begun = False

    def clock() -> datetime:
        if begun:
            raise RuntimeError("the password is 1234")
        return utc_now()

    path = dialect.path_of(next(each for each in dialect.operations if each.method == "GET"))
    async with serve(clock, headers={"Authorization": "Bearer some"}, auth="keys") as client:
        begun = True
        answer = await client.get(path)
    assert error_of(dialect, answer) == 500
    assert "1234" not in answer.text
    assert "RuntimeError" not in answer.text
    assert answer.headers["X-Request-Id"]


@EACH_DIALECT
async def test_its_openapi_is_valid_and_has_every_operation_once(client: Client, dialect: Dialect) -> None:
    document = (await client.get(f"/openapi/{dialect.name}.json")).json()
    OpenAPIV31SpecValidator(document).validate()
    shown = [f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods]
    assert sorted(shown) == sorted({named(dialect, each).rstrip("/") for each in dialect.operations})


@EACH_DIALECT
async def test_its_openapi_shows_an_example_of_every_body(client: Client, dialect: Dialect) -> None:
    paths = (await client.get(f"/openapi/{dialect.name}.json")).json()["paths"]
    taking = {
        named(dialect, each): paths[dialect.path_of(each)][each.method.lower()]
        for each in dialect.operations
        if each.body
    }
    shown = {name: next(iter(each["requestBody"]["content"].values())) for name, each in taking.items()}
    assert [name for name, body in shown.items() if "example" not in body] == []


@EACH_DIALECT
async def test_it_has_a_page_for_people(client: Client, dialect: Dialect) -> None:
    page = await client.get(f"/docs/{dialect.name}")
    assert page.status_code == 200
    assert all(escape(each.summary) in page.text for each in dialect.operations)
