"""Waits until nodes that were launched answer, or says why they do not."""

import json
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from typing import Any

from gateway.engine import layout, ports
from gateway.engine.errors import EngineError, PortsTaken
from gateway.engine.layout import LOOPBACK, Site
from gateway.engine.node import Node

PATIENCE = 120.0
PAUSE = 0.1
TAIL = 20


def answering(nodes: Sequence[Node]) -> None:
    """Returns once each is in a cluster of at least as many nodes, and every primary shard is in its place.

    Raises `EngineError` for one that ends or does not come to that, `PortsTaken` if another process has its ports.
    """
    deadline = time.monotonic() + PATIENCE
    for node in nodes:
        while not _is_ready(node.site, len(nodes)):
            if node.code is not None:
                raise _death(node.site, node.code)
            if time.monotonic() > deadline:
                raise EngineError(f"the engine did not answer within {PATIENCE:g} s; {_log_end(node.site)}")
            time.sleep(PAUSE)


def _is_ready(site: Site, nodes: int) -> bool:
    wanted = f"wait_for_nodes=ge({nodes})&wait_for_status=yellow&timeout=1s"
    try:
        status, health = _get(site.http, f"/_cluster/health?{wanted}")
    except (OSError, HTTPException):
        return False
    return status == 200 and health["cluster_name"] == layout.cluster_name(site.data_dir)


def _get(port: int, path: str) -> tuple[int, Any]:
    connection = HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", path)
        reply = connection.getresponse()
        return reply.status, json.load(reply)
    finally:
        connection.close()


def _death(site: Site, code: int) -> EngineError:
    """Why a node ended: that a port was taken is somewhere in its log only."""
    if not ports.all_free([site.http, site.transport]):
        return PortsTaken(f"another process took port {site.http} or {site.transport}")
    return EngineError(f"the engine ended with exit code {code}; {_log_end(site)}")


def _log_end(site: Site) -> str:
    lines = site.log.read_text(errors="replace").splitlines()[-TAIL:]
    return "\n".join([f"{site.log} ends:", *lines])
