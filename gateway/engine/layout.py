"""What a data directory holds beside the data: settings, logging and the claim of the running engine."""

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Site:
    """Where a node is: its directory, its ports and its number, which starts at 1."""

    data_dir: Path
    number: int
    http: int
    transport: int

    @property
    def name(self) -> str:
        """What the other nodes know it by."""
        return f"Node {self.number}"

    @property
    def path(self) -> Path:
        """Its directory."""
        return self.data_dir / f"node_{self.number}"

    @property
    def config(self) -> Path:
        """The directory of its settings."""
        return self.path / "config"

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.path / "engine.log"


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


def require_nodes(data_dir: Path, nodes: int) -> None:
    """Refuses, as `EngineError`, data of another number of nodes: such a cluster would never form again."""
    held = len(list(data_dir.glob("node_*")))
    if held not in (0, nodes):
        raise EngineError(f"{data_dir} holds the data of {held} nodes, not of {nodes}")


def write(sites: Sequence[Site], settings: Mapping[str, object]) -> None:
    """Each node has its `opensearch.yml` and its logging, and an empty log.

    Snapshots go to a repository below `path.repo`, which is in the data directory, of all nodes together, if `settings`
    name no other.
    """
    for site in sites:
        site.config.mkdir(parents=True, exist_ok=True)
        # JSON is YAML.
        content = json.dumps({**SETTINGS, **_place(site), **_discovery(sites), **settings}, indent=2)
        (site.config / "opensearch.yml").write_text(content)
        (site.config / "log4j2.properties").write_text(LOGGING)
        site.log.write_bytes(b"")


def _place(site: Site) -> Mapping[str, object]:
    return {
        "cluster.name": cluster_name(site.data_dir),
        "node.name": site.name,
        "network.host": LOOPBACK,
        "http.port": site.http,
        "transport.port": site.transport,
        "path.data": str(site.path / "data"),
        "path.logs": str(site.path / "logs"),
        "path.repo": [str(site.data_dir / "repository")],
    }


def _discovery(sites: Sequence[Site]) -> Mapping[str, object]:
    if len(sites) == 1:
        return {"discovery.type": "single-node"}
    return {
        "discovery.seed_hosts": [f"{LOOPBACK}:{site.transport}" for site in sites],
        "cluster.initial_cluster_manager_nodes": [site.name for site in sites],
    }
