"""The demo as a command: what it prints works as soon as it is printed, and it ends well whenever it is stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
from typer.testing import Result

from gateway.cli.engine import erase
from gateway.demo.tour import PAGE
from gateway.engine import EngineError, layout
from tests.serving import search_path

DEMO = [sys.executable, "-m", "gateway", "demo", "--port", "0"]
LISTS, REQUESTS = 5, 7


@dataclass(frozen=True, slots=True)
class Shown:
    """What was printed: where to look first, where each dialect lists its incidents, requests to paste."""

    page: str
    lists: list[str]
    requests: list[str]


def printed(demo: "subprocess.Popen[str]") -> Shown:
    """What the demo prints, as soon as it does."""
    assert demo.stdout
    page = demo.stdout.readline().strip()
    lists = list(islice((line.strip() for line in demo.stdout if line.startswith("http")), LISTS))
    return Shown(page, lists, list(islice((line for line in demo.stdout if line.startswith("curl ")), REQUESTS)))


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """A demo that is stopped when the block ends, if it has not ended by then."""
    pipe = subprocess.PIPE
    settings = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")} | environment
    with subprocess.Popen([*DEMO, *arguments], env=settings, text=True, stdout=pipe, stderr=pipe) as demo:
        try:
            yield demo
        finally:
            demo.terminate()


def stopped(demo: "subprocess.Popen[str]", stop: signal.Signals) -> tuple[str, int]:
    """What the demo had said on standard error, and its exit code."""
    demo.send_signal(stop)
    _, said = demo.communicate(timeout=90)
    return said, demo.returncode


def test_everything_that_the_demo_prints_works_and_it_loads_once(
    opensearch_url: str, tenant: str, tmp_path: Path
) -> None:
    environment = {"GATEWAY_OPENSEARCH_URL": opensearch_url, "PATH": search_path(tmp_path)}
    with running("--tenant", tenant, "--incidents", "60", **environment) as demo:
        shown = printed(demo)
        assert shown.page.endswith(PAGE)
        assert [httpx2.get(each, timeout=60).status_code for each in (shown.page, *shown.lists)] == [200] * (1 + LISTS)
        pit, page, counts, told, matrix, changed, found = [_answer(each, environment) for each in shown.requests]
        assert demo.stderr
        assert demo.stderr.readline() == "loading 60 incidents\n"
        assert demo.stderr.readline().startswith("60 incidents of the 30 days before ")
        assert stopped(demo, signal.SIGTERM) == ("", 0)
    assert (pit["is_show_aggs"], "docs" in page, counts["total_docs"] > 0) == (True, True, True)
    assert (told["total_docs"] > 20, matrix["unknown"], found["items"] != []) == (True, [], True)
    assert [each["update"]["status"] for each in changed["items"]] == [200, 200]
    with running("--tenant", tenant, "--incidents", "99", **environment) as again:
        assert len(printed(again).requests) == REQUESTS
        assert again.stderr
        assert again.stderr.readline().startswith("60 incidents of the 30 days before ")
        assert stopped(again, signal.SIGINT) == ("", 0)


def _answer(line: str, environment: dict[str, str]) -> Any:
    command = line.replace("curl ", "curl --fail-with-body ", 1)
    done = subprocess.run(["sh", "-c", command], env={**os.environ, **environment}, capture_output=True, check=True)
    return orjson.loads(done.stdout)


def test_a_demo_that_is_stopped_while_it_loads_ends_well(opensearch_url: str, tenant: str) -> None:
    with running("--tenant", tenant, "--incidents", "50000", GATEWAY_OPENSEARCH_URL=opensearch_url) as demo:
        printed(demo)
        assert stopped(demo, signal.SIGINT) == ("loading 50,000 incidents\n", 0)


def test_a_demo_among_incidents_of_somebody_else_says_so_and_ends(
    opensearch_url: str, tenant: str, ask: Callable[..., Result]
) -> None:
    assert ask("bulk-create", "-", given=b'{"title": "a real one"}\n').exit_code == 0
    with running("--tenant", tenant, GATEWAY_OPENSEARCH_URL=opensearch_url) as demo:
        answer, said = demo.communicate(timeout=90)
    sentence = f'tenant "{tenant}" holds incidents that are not the demo\'s; name another one'
    assert (answer, said, demo.returncode) == ("", f"incident-gateway: {sentence}\n", 2)


@pytest.mark.outside
def test_a_demo_that_is_stopped_while_its_engine_starts_leaves_none_behind(tmp_path: Path) -> None:
    with running("--data-dir", str(tmp_path)) as demo:
        assert demo.stderr
        assert "starting OpenSearch\n" in iter(demo.stderr.readline, "")
        assert stopped(demo, signal.SIGTERM) == ("", 0)
    require_ended(tmp_path)


@pytest.mark.outside
def test_a_demo_that_is_stopped_while_it_is_looked_at_leaves_no_engine_behind(tmp_path: Path) -> None:
    with running("--data-dir", str(tmp_path)) as demo:
        assert demo.stdout
        assert httpx2.get(demo.stdout.readline().strip(), timeout=60).status_code == 200
        assert stopped(demo, signal.SIGINT)[1] == 0
    require_ended(tmp_path)


def require_ended(data_dir: Path) -> None:
    """Fails unless the engine has ended: it holds the lock on its data for as long as it lives."""
    os.close(layout.claim(data_dir))


def test_a_fresh_demo_takes_nothing_but_the_data_of_its_engine(tmp_path: Path) -> None:
    (tmp_path / "node_1" / "data").mkdir(parents=True)
    (tmp_path / "notes.txt").write_text("mine")
    erase(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["engine.lock", "notes.txt"]
    claim = layout.claim(tmp_path)
    with pytest.raises(EngineError, match="is in use by another running engine"):
        erase(tmp_path)
    os.close(claim)
