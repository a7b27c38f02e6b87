"""What a data directory holds beside the data: settings, logging and the claim of the running engine."""

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from gateway.engine.errors import EngineError

SETTINGS: Mapping[str, object] = {
    "script.allowed_contexts": "update",
    "action.auto_create_index": "-im-*,+*",
    # Expired points in time are freed at this pace.
    "search.keep_alive_interval": "1s",
    "cluster.routing.allocation.disk.threshold_enabled": False,
}
LOOPBACK = "127.0.0.1"

LOGGING = """\
appender.console.type = Console
appender.console.name = console
appender.console.direct = true
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


def claim(data_dir: Path) -> int:
    """A descriptor that holds the lock on `data_dir`; raises `EngineError` when another engine holds it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data_dir / "engine.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise EngineError(f"{data_dir} is in use by another running engine") from error
    return descriptor


def cluster_name(data_dir: Path) -> str:
    """A name that no engine with another data directory has, so that two engines never form one cluster."""
    return "incident-gateway-" + hashlib.sha256(bytes(data_dir)).hexdigest()[:12]


def log_path(data_dir: Path) -> Path:
    """Where the engine's output goes."""
    return data_dir / "engine.log"


def require_nodes(data_dir: Path, nodes: int) -> None:
    """Refuses, as `EngineError`, data of another number of nodes: such a cluster would never form again."""
    held = len(list(data_dir.glob("node_*")))
    if held not in (0, nodes):
        raise EngineError(f"{data_dir} holds the data of {held} nodes, not of {nodes}")


def write(data_dir: Path, transport: Sequence[int], settings: Mapping[str, object]) -> None:
    """Each node has its `opensearch.yml`, with one of the transport ports, and its logging."""
    seeds = {"discovery.seed_hosts": [f"{LOOPBACK}:{port}" for port in transport]} if len(transport) > 1 else {}
    for number, port in enumerate(transport, start=1):
        config = data_dir / f"node_{number}" / "config"
        config.mkdir(parents=True, exist_ok=True)
        # JSON is YAML.
        place = {"network.host": LOOPBACK, "transport.port": port, **seeds}
        content = json.dumps({**SETTINGS, **place, **settings}, indent=2)
        (config / "opensearch.yml").write_text(content)
        (config / "log4j2.properties").write_text(LOGGING)
