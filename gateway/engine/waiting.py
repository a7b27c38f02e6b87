"""Waits until an engine that was launched answers, or says why it does not."""

import json
import re
import subprocess
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from gateway.engine import layout, ports
from gateway.engine.errors import EngineError, PortsTaken

PATIENCE = 120.0
PAUSE = 0.1
TAIL = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """One attempt at an engine: where its data is and the ports it is to take."""

    data_dir: Path
    http: int
    transport: list[int]


def answering(plan: Plan, process: subprocess.Popen[bytes]) -> list[str]:
    """The address of each node, once the cluster is complete and every primary shard is in its place."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise _death(plan, process.returncode)
        port = _http_port(plan)
        if port and _is_ready(plan, port):
            return _addresses(port)
        time.sleep(PAUSE)
    raise EngineError(f"the engine did not answer within {PATIENCE:g} s; {_log_end(plan)}")


def _http_port(plan: Plan) -> int | None:
    """The port that the first node says it takes: the wanted one or, were that not free, the next."""
    said = re.search(r"HTTP Port: +(\d+)", layout.log_path(plan.data_dir).read_text(errors="replace"))
    return int(said[1]) if said else None


def _is_ready(plan: Plan, port: int) -> bool:
    wanted = f"wait_for_nodes={len(plan.transport)}&wait_for_status=yellow&timeout=1s"
    try:
        status, health = _get(port, f"/_cluster/health?{wanted}")
    except (OSError, HTTPException):
        return False
    return status == 200 and health["cluster_name"] == layout.cluster_name(plan.data_dir)


def _addresses(port: int) -> list[str]:
    _, reply = _get(port, "/_nodes/http")
    nodes = sorted(reply["nodes"].values(), key=lambda node: node["name"])
    return [f"http://{node['http']['publish_address']}" for node in nodes]


def _get(port: int, path: str) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        reply = connection.getresponse()
        return reply.status, json.load(reply)
    finally:
        connection.close()


def _death(plan: Plan, code: int) -> EngineError:
    """Why the engine ended: the runner itself never says that a port was taken."""
    if not ports.all_free([plan.http, *plan.transport]):
        return PortsTaken(f"another process took port {plan.http} or one of {plan.transport}")
    return EngineError(f"the engine ended with exit code {code}; {_log_end(plan)}")


def _log_end(plan: Plan) -> str:
    path = layout.log_path(plan.data_dir)
    lines = path.read_text(errors="replace").splitlines()[-TAIL:]
    return "\n".join([f"{path} ends:", *lines])
