"""Fixtures: commands run in process, and a gateway on a socket for those that are clients of one."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.dialects.settings import load
from tests.serving import serving

Run = Callable[..., Result]


@pytest.fixture
def own_logs() -> Iterator[None]:
    """What a command did to the logs of its process is undone."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def run(opensearch_url: str, own_logs: None) -> Run:
    """Runs a command with the test's engine, and what is given of the environment, as its settings."""

    def ran(*arguments: str | Path, given: bytes | None = None, **environment: str) -> Result:
        settings = {"GATEWAY_OPENSEARCH_URL": opensearch_url, "COLUMNS": "200", **environment}
        return CliRunner().invoke(app, [str(each) for each in arguments], input=given, env=settings)

    return ran


@pytest.fixture(scope="module")
def gateway_url(opensearch_url: str) -> Iterator[str]:
    """A gateway on a socket, without keys, that takes small bulk bodies only."""
    with serving(load(opensearch_url=opensearch_url, bulk_limit=2**20)) as url:
        yield url


@pytest.fixture
def ask(run: Run, gateway_url: str, tenant: str) -> Run:
    """Runs a client command against that gateway, as the test's tenant."""

    def ran(command: str, *arguments: str | Path, given: bytes | None = None) -> Result:
        return run(command, *arguments, "--url", gateway_url, "--tenant", tenant, given=given)

    return ran
