"""One running engine: its nodes are started, awaited, tried and ended here."""

import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.engine import layout, modules, ports
from gateway.engine.errors import EngineError, PortsTaken
from gateway.engine.installation import Installation, prepare
from gateway.engine.layout import Site
from gateway.engine.node import Node
from gateway.engine.waiting import answering

ATTEMPTS = 3
MAIN = "org.opensearch.bootstrap.OpenSearch"
JAVA_OPTIONS = (
    # The runtime's own locale data has no Thai word breaks, without which no index can be created.
    "-Djava.locale.providers=CLDR,SPI",
    "--enable-native-access=ALL-UNNAMED",
    "-XX:+ExitOnOutOfMemoryError",
    # As OpenSearch's own packages have them: it refuses everything while its heap is full, of garbage too, and the
    # collector would else begin when it nearly is.
    "-XX:+UseG1GC",
    "-XX:G1ReservePercent=25",
    "-XX:InitiatingHeapOccupancyPercent=30",
    # What is half a region is collected late, and a document may be larger than half of the usual one.
    "-XX:G1HeapRegionSize=4m",
    # OpenSearch ends when it finds that it runs as root, as containers do; without native calls it cannot know.
    "-Djna.nounpack=true",
    "-Djna.nosys=true",
    # Else logging ends before the node does, which then cannot say how it ended.
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true",
    "-Dopensearch.distribution.type=zip",
)


class Engine:
    """A running OpenSearch; it ends with `stop`, its `with` block, or the process that started it."""

    def __init__(self, nodes: Sequence[Node], closing: ExitStack) -> None:
        self.nodes = nodes
        self._closing = closing

    @property
    def urls(self) -> list[str]:
        """The address of each node."""
        return [node.url for node in self.nodes]

    @property
    def url(self) -> str:
        """The address of the first node."""
        return self.urls[0]

    @property
    def is_running(self) -> bool:
        """Whether any of its nodes has not ended."""
        return any(node.code is None for node in self.nodes)

    def kill(self, number: int) -> None:
        """The node of this number, which starts at 0, is gone, with no chance to say goodbye."""
        self.nodes[number].kill()

    def suspend(self, number: int) -> None:
        """The node stands still, its connections open, until `resume`."""
        self.nodes[number].signal(signal.SIGSTOP)

    def resume(self, number: int) -> None:
        """The node goes on."""
        self.nodes[number].signal(signal.SIGCONT)

    def restart(self, number: int) -> None:
        """The node, ended if it has not, is in the cluster again. Raises `EngineError` when it does not come to that.

        Every primary shard is then in its place, so that too few other nodes make it fail.
        """
        self.nodes[number].launch()
        answering([self.nodes[number]])

    def stop(self) -> None:
        """No process of the engine is left."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(
    data_dir: Path,
    *,
    port: int | None = None,
    nodes: int = 1,
    heap: str = "1g",
    settings: Mapping[str, object] | None = None,
) -> Engine:
    """An engine over `data_dir` that answers, its first node on `port` or on a free one; a node is a process.

    `settings` are added to those of each node, which has `heap` of memory. Raises `EngineError` when the data
    directory or the port is in use, and when a node ends or does not answer in time; the message then carries the end
    of its log.
    """
    installation = prepare()
    data_dir = data_dir.resolve()
    with ExitStack() as undo:
        claim = layout.claim(data_dir)
        undo.callback(os.close, claim)
        layout.require_nodes(data_dir, nodes)
        java = _java(data_dir, installation, heap)
        for _ in range(ATTEMPTS):
            sites = _sites(data_dir, port, nodes)
            layout.write(sites, settings or {})
            with suppress(PortsTaken):
                return _launched(sites, java, claim, undo)
    raise EngineError(f"other processes took the chosen ports {ATTEMPTS} times")


def _sites(data_dir: Path, port: int | None, nodes: int) -> list[Site]:
    http = ports.free(ports.HTTP, nodes) if port is None else ports.free_from(port, nodes)
    pairs = zip(http, ports.free(ports.TRANSPORT, nodes), strict=True)
    return [Site(data_dir, number, *pair) for number, pair in enumerate(pairs, start=1)]


def _java(data_dir: Path, installation: Installation, heap: str) -> list[str]:
    home = data_dir / "home"
    class_path = modules.arrange(home, installation)
    where = [f"-Dopensearch.path.home={home}", "-cp", class_path]
    return [str(installation.java), f"-Xmx{heap}", *JAVA_OPTIONS, *where]


def _launched(sites: Sequence[Site], java: Sequence[str], claim: int, undo: ExitStack) -> Engine:
    """The engine of these nodes, answering; ended again if it does not come to that."""
    with ExitStack() as ending:
        nodes = [_node(site, java, claim, ending) for site in sites]
        for node in nodes:
            # Told first, awaited after: none waits for the others to leave.
            ending.callback(node.let_go)
        answering(nodes)
        kept = undo.pop_all()
        kept.push(ending.pop_all())
    return Engine(nodes, kept)


def _node(site: Site, java: Sequence[str], claim: int, ending: ExitStack) -> Node:
    node = Node(site, [*java, f"-Dopensearch.path.conf={site.config}", MAIN], claim)
    ending.callback(node.end)
    return node
