import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from gateway.engine import Engine, start

pytestmark = pytest.mark.outside

PATIENCE = 60
# A node that stands still is given up after two seconds, where the engine's own settings take half a minute.
SETTINGS = {
    f"cluster.fault_detection.{check}.{name}": value
    for check in ("follower_check", "leader_check")
    for name, value in {"timeout": "1s", "interval": "500ms", "retry_count": 2}.items()
}
COPIED = {"settings": {"number_of_shards": 3, "number_of_replicas": 2}}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Three nodes, and an index of which each holds a copy."""
    with start(tmp_path_factory.mktemp("cluster"), nodes=3, heap="400m", settings=SETTINGS) as running:
        httpx2.put(f"{running.url}/kept", json=COPIED, timeout=PATIENCE).raise_for_status()
        yield running


def health(url: str, **wanted: str) -> Any:
    return httpx2.get(f"{url}/_cluster/health", params=wanted, timeout=PATIENCE).json()


def whole(url: str) -> tuple[int, str]:
    """Nodes and status of the cluster, once it has all three and every copy."""
    told = health(url, wait_for_nodes="3", wait_for_status="green", timeout=f"{PATIENCE}s")
    return told["number_of_nodes"], told["status"]


def await_of(url: str, nodes: int) -> None:
    """Returns once the node sees so many, itself one of them, and a manager among them."""
    until = time.monotonic() + PATIENCE
    while health(url, wait_for_nodes=str(nodes), timeout="1s").get("number_of_nodes") != nodes:
        assert time.monotonic() < until


def write(url: str, name: str) -> None:
    httpx2.put(f"{url}/kept/_doc/{name}", json={"title": name}, timeout=PATIENCE).raise_for_status()


def test_each_node_is_a_process_of_its_own(cluster: Engine) -> None:
    uuids = {httpx2.get(url, timeout=PATIENCE).json()["cluster_uuid"] for url in cluster.urls}
    told = httpx2.get(f"{cluster.url}/_nodes/process", timeout=PATIENCE).json()["nodes"].values()
    assert (len(uuids), len({node["process"]["id"] for node in told})) == (1, 3)
    assert sorted(node["name"] for node in told) == ["Node 1", "Node 2", "Node 3"]


FAULTS: dict[str, tuple[int, Callable[[Engine, int], None], Callable[[Engine, int], None]]] = {
    "killed": (0, Engine.kill, Engine.restart),
    "standing still": (2, Engine.suspend, Engine.resume),
}


@pytest.mark.parametrize(("number", "fail", "mend"), FAULTS.values(), ids=FAULTS)
def test_while_one_of_three_is_away_the_others_answer_and_it_comes_back(
    cluster: Engine, number: int, fail: Callable[[Engine, int], None], mend: Callable[[Engine, int], None]
) -> None:
    assert whole(cluster.url) == (3, "green")
    others = {f"of-{at}": url for at, url in enumerate(cluster.urls) if at != number}
    fail(cluster, number)
    for name, url in others.items():
        await_of(url, 2)
        write(url, name)
    mend(cluster, number)
    # One that stood still believes for a moment that nothing has happened; the others know when it is back.
    for url in (*others.values(), cluster.urls[number]):
        assert whole(url) == (3, "green")
    sources = [f"{cluster.urls[number]}/kept/_source/{name}" for name in others]
    missed = [httpx2.get(each, timeout=PATIENCE).json() for each in sources]
    assert missed == [{"title": name} for name in others]


def test_a_restarted_node_keeps_its_address(cluster: Engine) -> None:
    before = list(cluster.urls)
    cluster.restart(1)
    assert (cluster.urls, httpx2.get(before[1], timeout=PATIENCE).json()["name"]) == (before, "Node 2")
