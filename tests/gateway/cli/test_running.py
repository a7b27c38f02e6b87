import io
import os
import re
import signal
import ssl
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import httpx2
import orjson
import pytest
import trustme
from rich.console import Console

from gateway.cli import progress
from gateway.engine import ports

AS_BACKGROUND_JOB = ["sh", "-c", 'trap "" INT; exec "$0" "$@"']
COMMAND = Path(sys.executable).with_name("incident-gateway")
GATEWAY = [sys.executable, "-m", "gateway"]


@pytest.mark.parametrize(
    ("workers", "stop"),
    [
        pytest.param(2, signal.SIGTERM, id="two processes by SIGTERM"),
        pytest.param(1, signal.SIGTERM, id="one process by SIGTERM"),
        pytest.param(1, signal.SIGINT, id="one process by Ctrl-C"),
    ],
)
def test_a_served_gateway_ends_and_leaves_nothing(
    workers: int, stop: signal.Signals, opensearch_url: str, tmp_path: Path
) -> None:
    environment = {**os.environ, "GATEWAY_OPENSEARCH_URL": opensearch_url, "TMPDIR": str(tmp_path)}
    started_by = AS_BACKGROUND_JOB if stop == signal.SIGTERM else []
    command = [*started_by, *GATEWAY, "serve", "--port", "0", "--workers", str(workers)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, start_new_session=True) as served:
        assert served.stderr
        logged = (orjson.loads(line) for line in served.stderr)
        url = next(line["url"] for line in logged if line["event"] == "serving")
        counted = _counted(url, requests=8)
        served.send_signal(stop)
        events = [line["event"] for line in logged]
    processes = [int(pid) for pid in re.findall(r"Started server process \[(\d+)\]", "\n".join(events))]
    assert (counted, len(processes), events.count("Application shutdown complete.")) == (8, workers, workers)
    assert (served.returncode, list(tmp_path.iterdir())) == (0, [])
    assert not any(_is_alive(each) for each in processes)


def test_a_gateway_that_is_told_to_stop_is_not_ready_and_still_answers(opensearch_url: str) -> None:
    environment = {**os.environ, "GATEWAY_OPENSEARCH_URL": opensearch_url, "GATEWAY_STOP_DELAY": "3600"}
    command = [*GATEWAY, "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, start_new_session=True) as served:
        assert served.stderr
        logged = (orjson.loads(line) for line in served.stderr)
        url = next(line["url"] for line in logged if line["event"] == "serving")
        assert httpx2.get(f"{url}/readyz", timeout=60).json()["status"] == "ok"
        served.send_signal(signal.SIGTERM)
        while (ready := httpx2.get(f"{url}/readyz", timeout=60)).status_code == 200:
            pass
        alive = httpx2.get(f"{url}/_im/incidents?title=a", timeout=60)
        served.send_signal(signal.SIGINT)
        for _ in logged:
            pass
    assert (ready.status_code, ready.json(), ready.headers["connection"]) == (503, {"status": "stopping"}, "close")
    assert (alive.status_code, alive.headers["connection"], served.returncode) == (200, "close", 0)


@pytest.mark.parametrize("workers", [1, 2])
def test_metrics_have_a_port_of_their_own_in_every_worker_and_over_tls(
    workers: int, opensearch_url: str, tmp_path: Path
) -> None:
    [port] = ports.free(range(9500, 9700), 1)
    files = {name: tmp_path / name for name in ("authority", "certificate", "key")}
    authority = trustme.CA()
    pair = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(files["authority"])
    pair.cert_chain_pems[0].write_to_path(files["certificate"])
    pair.private_key_pem.write_to_path(files["key"])
    environment = {
        **os.environ,
        "GATEWAY_OPENSEARCH_URL": opensearch_url,
        "GATEWAY_METRICS_PORT": str(port),
        "GATEWAY_TLS_CERTIFICATE": str(files["certificate"]),
        "GATEWAY_TLS_KEY": str(files["key"]),
    }
    command = [*GATEWAY, "serve", "--port", "0", "--workers", str(workers)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, start_new_session=True) as served:
        assert served.stderr
        logged = (orjson.loads(line) for line in served.stderr)
        url = next(line["url"] for line in logged if line["event"] == "serving")
        context = ssl.create_default_context(cafile=str(files["authority"]))
        pages = [f"{base}{path}" for path in ("/metrics", "/_im/fields") for base in (url, f"https://127.0.0.1:{port}")]
        statuses = [httpx2.get(each, timeout=60, verify=context).status_code for each in pages for _ in range(4)]
        served.send_signal(signal.SIGTERM)
        for _ in logged:
            pass
    assert (statuses, served.returncode) == ([404] * 4 + [200] * 8 + [404] * 4, 0)


def _counted(url: str, requests: int) -> float:
    """How many requests the gateway counted, whichever of its processes answered which."""
    for _ in range(requests):
        httpx2.get(f"{url}/healthz", timeout=60).raise_for_status()
    series = httpx2.get(f"{url}/metrics", timeout=60).raise_for_status().text
    line = r'gateway_requests_total\{dialect="gateway",method="GET",route="/healthz",status="2xx"\} (\S+)'
    return sum(float(each) for each in re.findall(line, series))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.outside
def test_an_engine_runs_until_it_is_stopped(tmp_path: Path) -> None:
    [port] = ports.free(ports.HTTP, 1)
    command = [*AS_BACKGROUND_JOB, *GATEWAY, "engine", "--port", str(port), "--data-dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout
        url = engine.stdout.readline().strip()
        health = httpx2.get(f"{url}/_cluster/health", timeout=60).raise_for_status().json()
        engine.send_signal(signal.SIGTERM)
    assert (url, health["number_of_nodes"]) == (f"http://127.0.0.1:{port}", 1)
    assert (engine.returncode, ports.is_free(port)) == (0, True)


@pytest.mark.outside
def test_the_version_is_that_of_the_package() -> None:
    done = subprocess.run([*GATEWAY, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"incident-gateway {version('incident-gateway')}\n"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        pytest.param("incident-gateway se", ["serve", "settings", "search"], id="commands"),
        pytest.param("incident-gateway key ", ["create", "list", "rotate", "revoke"], id="commands of a group"),
        pytest.param("incident-gateway export --so", ["--sort"], id="options"),
    ],
)
@pytest.mark.outside
def test_a_shell_is_told_how_a_line_can_go_on(typed: str, offered: list[str]) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    asking = {**os.environ, **words, "_INCIDENT_GATEWAY_COMPLETE": "complete_bash"}
    done = subprocess.run([COMMAND], env=asking, capture_output=True, text=True, check=True)
    assert done.stdout.split() == offered


@pytest.mark.parametrize(
    ("terminal", "shown"),
    [
        pytest.param(True, ".*loading.* 5/10.*", id="a bar on a terminal"),
        pytest.param(False, "", id="nothing in a file"),
    ],
)
def test_progress(terminal: bool, shown: str) -> None:
    output = io.StringIO()
    console = Console(file=output, force_terminal=terminal, width=100)
    with progress.bar("loading", 10, console=console) as reached:
        reached(5)
    assert re.fullmatch(shown, output.getvalue(), re.DOTALL)
