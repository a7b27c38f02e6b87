"""A real OpenSearch for the tests: the one that is given, else a container, else an embedded engine."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

from gateway.engine import start
from gateway.engine.layout import SETTINGS

# The version that the embedded engine's lock holds.
IMAGE = "opensearchproject/opensearch:3.8.0"
PORT = 9200
ROOM = 4 * 2**30


@contextmanager
def running_opensearch() -> Iterator[str]:
    """The address of an OpenSearch that answers; there is always one, or an error."""
    given = os.environ.get("GATEWAY_OPENSEARCH_URL")
    if given:
        httpx2.get(given, timeout=60).raise_for_status()
        yield given
    elif container_engine_answers():
        yield from _container()
    else:
        yield from _embedded()


def container_engine_answers() -> bool:
    try:
        # docker-py leaves its socket open when nobody answers, and warnings are errors here.
        asked = subprocess.run(["docker", "version"], capture_output=True, timeout=60, check=False)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _container() -> Iterator[str]:
    settings = {name: str(value).lower() for name, value in SETTINGS.items()}
    settings["path.repo"] = "/tmp"
    single = {"discovery.type": "single-node", "DISABLE_SECURITY_PLUGIN": "true", "DISABLE_INSTALL_DEMO_CONFIG": "true"}
    memory = {"OPENSEARCH_JAVA_OPTS": "-Xms1g -Xmx1g"}
    ready = HttpWaitStrategy(PORT, "/_cluster/health?wait_for_status=yellow")
    container = DockerContainer(IMAGE, env=settings | single | memory, ports=[PORT]).waiting_for(ready)
    with container:
        yield f"http://{container.get_container_host_ip()}:{container.get_exposed_port(PORT)}"


def _embedded() -> Iterator[str]:
    with TemporaryDirectory(prefix="opensearch-", dir=_memory()) as data_dir, start(Path(data_dir)) as engine:
        yield engine.url


def _memory() -> Path | None:
    """A directory kept in memory, if there is one with room: the engine syncs every write that it acknowledges."""
    found = Path("/dev/shm")
    return found if found.is_dir() and shutil.disk_usage(found).free > ROOM else None


async def searched(url: str, tenant: str) -> int:
    """How often the tenant's incidents were searched; the gateway's metrics count its own searches as well."""
    async with httpx2.AsyncClient(base_url=url, timeout=60) as engine:
        counted = (await engine.get(f"/im-incidents-{tenant}/_stats/search")).raise_for_status().json()
    total: int = counted["_all"]["primaries"]["search"]["query_total"]
    return total
