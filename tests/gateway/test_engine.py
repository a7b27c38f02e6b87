import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.engine import Engine, EngineError, layout, start

pytestmark = pytest.mark.outside

HEAP = "512m"
STARTS_AND_LINGERS = """
import sys, threading
from pathlib import Path
from gateway.engine import start
engine = start(Path(sys.argv[1]), heap=sys.argv[2])
print(engine.url, flush=True)
threading.Event().wait()
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="module")
def engine(data_dir: Path) -> Iterator[Engine]:
    with start(data_dir, heap=HEAP, settings={"search.max_open_pit_context": 7}) as running:
        yield running


def read(url: str) -> Any:
    return httpx2.get(url, timeout=60).raise_for_status().json()


def nodes(engine: Engine) -> list[dict[str, Any]]:
    return list(read(f"{engine.url}/_nodes?flat_settings=true")["nodes"].values())


def addresses(engine: Engine) -> set[str]:
    """Where the engine listens, by HTTP and between nodes."""
    return {each for node in nodes(engine) for each in (node["http"]["publish_address"], node["transport_address"])}


def wait_for_claim(data_dir: Path, patience: float = 60) -> int:
    """The lock on a data directory, once no process of an engine holds it."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return layout.claim(data_dir)
        except EngineError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_a_node_has_our_settings_and_those_of_the_caller(engine: Engine) -> None:
    wanted = {
        "network.host": "127.0.0.1",
        "script.allowed_contexts": "update",
        "action.auto_create_index": "-im-*,+*",
        "search.keep_alive_interval": "1s",
        "search.max_open_pit_context": "7",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    found = [{name: node["settings"].get(name) for name in wanted} for node in nodes(engine)]
    assert found == [wanted]


def test_it_listens_on_loopback_only(engine: Engine) -> None:
    bound = [node[layer]["bound_address"] for node in nodes(engine) for layer in ("http", "transport")]
    assert {address.rsplit(":", 1)[0] for each in bound for address in each} == {"127.0.0.1"}


def test_an_index_can_be_created_though_the_runtime_has_no_thai(engine: Engine) -> None:
    body = {"mappings": {"properties": {"text": {"type": "text", "analyzer": "thai"}}}}
    created = httpx2.put(f"{engine.url}/words", json=body, timeout=60).json()
    assert created == {"acknowledged": True, "shards_acknowledged": True, "index": "words"}


def test_two_at_once_are_two_clusters_on_ports_of_their_own(engine: Engine, tmp_path: Path) -> None:
    with start(tmp_path, heap=HEAP) as other:
        assert len(addresses(engine) | addresses(other)) == 4
        assert read(engine.url)["cluster_uuid"] != read(other.url)["cluster_uuid"]


def test_data_survives_a_restart_and_a_stop_leaves_no_process(tmp_path: Path) -> None:
    with start(tmp_path, heap=HEAP) as first:
        httpx2.put(f"{first.url}/kept/_doc/1", json={"title": "disk full"}, timeout=60).raise_for_status()
    with pytest.raises(ProcessLookupError):
        os.killpg(first.nodes[0].group, 0)
    with start(tmp_path, heap=HEAP) as second:
        assert read(f"{second.url}/kept/_source/1") == {"title": "disk full"}


def test_it_ends_with_the_process_that_started_it_even_when_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTS_AND_LINGERS, str(tmp_path), HEAP]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as starter:
        assert starter.stdout
        said = starter.stdout.readline()
        starter.send_signal(signal.SIGKILL)
    assert said.startswith(b"http://127.0.0.1:")
    os.close(wait_for_claim(tmp_path))


def test_a_data_directory_in_use_is_refused(engine: Engine, data_dir: Path) -> None:
    with pytest.raises(EngineError) as refusal:
        start(data_dir)
    assert str(refusal.value) == f"{data_dir} is in use by another running engine"


def test_data_of_another_number_of_nodes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "node_1").mkdir()
    with pytest.raises(EngineError) as refusal:
        start(tmp_path, nodes=3)
    assert str(refusal.value) == f"{tmp_path} holds the data of 1 nodes, not of 3"


def test_a_port_in_use_is_refused(engine: Engine, tmp_path: Path) -> None:
    port = int(engine.url.rsplit(":", 1)[1])
    with pytest.raises(EngineError) as refusal:
        start(tmp_path, port=port)
    assert str(refusal.value) == f"port {port} is in use"


def test_an_engine_that_cannot_start_shows_the_end_of_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Java says first what it was told so.
    monkeypatch.delenv("JDK_JAVA_OPTIONS")
    with pytest.raises(EngineError) as refusal:
        start(tmp_path, heap="plenty")
    assert str(refusal.value).splitlines()[:2] == [
        f"the engine ended with exit code 1; {tmp_path / 'node_1/engine.log'} ends:",
        "Invalid maximum heap size: -Xmxplenty",
    ]
