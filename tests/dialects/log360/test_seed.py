"""The vendor's own request examples, run as they are printed but for the address and the token."""

import asyncio
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.dialects.settings import load
from gateway.serving.app import running
from tests import keyring
from tests.dialects.log360.calls import refusal
from tests.serving import search_path, serving

SEED = tomllib.loads((Path(__file__).parent / "seed.toml").read_text())
NUMBER = 3000000438278
"""The id that the examples ask for."""

INTERPRETERS = {"python": [sys.executable, "-"], "curl": ["sh"]} | (
    {"node": ["node", "-"], "fetch": ["node", "-"]} if shutil.which("node") else {}
)
"""Node runs what it can where there is one; Python and curl always run."""

REFUSED_AT = {"create": "name", "update": "name", "delete": "incident_ids"}
"""The examples with a body send `field1` and `field2`, which the vendor does not take either, or as Node does the body
of a DELETE without its length: a request without a body, and then what is no request."""


@pytest.fixture(scope="module")
def address(opensearch_url: str) -> Iterator[str]:
    """A gateway on a socket, that asks for keys."""
    with serving(load(opensearch_url=opensearch_url, auth="keys")) as url:
        yield url.removeprefix("http://")


@pytest.fixture(scope="module")
def token(opensearch_url: str, new_tenant: Callable[[], str]) -> str:
    """A key of a tenant whose next incident has the number of the examples."""
    tenant = new_tenant()

    async def made() -> str:
        async with running(load(opensearch_url=opensearch_url)) as gateway:
            sequence = {"kind": "sequence", "tenant": tenant, "next": NUMBER}
            await gateway.ctx.store.registry.revise(f"sequence:{tenant}", lambda _: sequence)
        return (await keyring.tokens(opensearch_url, tenant, "admin"))["admin"]

    return asyncio.run(made())


@pytest.fixture(scope="module")
def incident(address: str, token: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The incident that the examples ask for, made by the vendor's example with the vendor's body."""
    path = tmp_path_factory.mktemp("path")
    found = ran("create", "python", address, token, path, body={"name": "test", "notes": ["adding a test note"]})
    told = {"incident_id": NUMBER, "message": "Incident has been created successfully."}
    assert json.loads(found) == {"data": told}
    said = ran("update", "curl", address, token, path, body={"incident_id": NUMBER, "name": "test"})
    assert json.loads(said) == {"data": {"message": "Incident has been updated successfully."}}


def ran(operation: str, language: str, address: str, token: str, path: Path, body: Any = None) -> str:
    """What the example prints."""
    host, _, port = address.partition(":")
    text: str = SEED[operation][language].replace("localhost", host).replace("8400", port)
    text = text.replace("REPLACE_BEARER_TOKEN", token)
    if body is not None:
        sent = orjson.dumps(body).decode()
        text = text.replace('{\\"field1\\":\\"value1\\",\\"field2\\":\\"value2\\"}', sent.replace('"', '\\"'))
        text = text.replace('{"field1":"value1","field2":"value2"}', sent)
    done = subprocess.run(
        INTERPRETERS[language],
        input=text,
        env={"PATH": search_path(path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


@pytest.mark.usefixtures("incident")
@pytest.mark.parametrize("language", INTERPRETERS)
@pytest.mark.parametrize("operation", ["detail", "list", "create", "update", "delete"])
def test_an_example_runs(operation: str, language: str, address: str, token: str, tmp_path: Path) -> None:
    printed = ran(operation, language, address, token, tmp_path)
    if language == "fetch":
        assert {"detail": "notes: [ [Object] ]", "list": f"incident_id: {NUMBER}"}.get(operation, "07001110") in printed
    elif operation in REFUSED_AT:
        detail = json.loads(printed)["error"]["detail"]
        assert json.loads(printed) == refusal(detail)
        assert detail.partition(": ")[0] == REFUSED_AT[operation]
    else:
        [found] = [json.loads(printed)["data"]] if operation == "detail" else json.loads(printed)["data"]
        assert found.keys() == expected_keys(operation)


def expected_keys(operation: str) -> set[str]:
    sample = orjson.loads(SEED["answers"][operation])["data"]
    return {*(sample if operation == "detail" else sample[0])}


@pytest.mark.parametrize("language", INTERPRETERS)
def test_an_example_without_a_good_token_is_told_so(language: str, address: str, tmp_path: Path) -> None:
    printed = ran("detail", language, address, "REPLACE_BEARER_TOKEN", tmp_path)
    assert "07001113" in printed
    assert "Invalid or missing AuthToken. Check whether the AuthToken is not revoked or expired" in printed
