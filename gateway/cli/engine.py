"""`engine`: an OpenSearch of one's own, and what is shown while it comes up."""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gateway import engine
from gateway.cli.progress import Reached, announce, bar, waiting
from gateway.cli.stopping import interruptible
from gateway.engine import Engine, EngineError, layout, ports

_LOOK_EVERY = 1.0


def run_engine(
    port: Annotated[
        int,
        typer.Option(min=1, max=ports.LAST, help="HTTP port of the first node; the others have the next free ones."),
    ] = 9200,
    data_dir: Annotated[Path, typer.Option(help="Where the data is kept.")] = Path(".engine"),
    nodes: Annotated[int, typer.Option(min=1, max=9, help="Nodes of the cluster, each a process.")] = 1,
    repository: Annotated[
        Path | None, typer.Option(help="Where snapshots may be kept; in the data directory if not said.")
    ] = None,
) -> None:
    """Run an OpenSearch on this machine until Ctrl-C or SIGTERM."""
    settings = {} if repository is None else {"path.repo": [str(repository.resolve())]}
    with interruptible(), started(data_dir, port=port, nodes=nodes, settings=settings) as running:
        for each in running.urls:
            typer.echo(each)
        _watch(running)


@contextmanager
def started(
    data_dir: Path, *, port: int | None = None, nodes: int = 1, settings: Mapping[str, object] | None = None
) -> Iterator[Engine]:
    """An engine that answers, its jars downloaded if they are wanting. Raises EngineError."""
    with _download() as progress:
        engine.prepare(progress)
    with ExitStack() as stack:
        with waiting("starting OpenSearch"):
            running = stack.enter_context(engine.start(data_dir, port=port, nodes=nodes, settings=settings))
        yield running


def erase(data_dir: Path) -> None:
    """Takes away the data of an engine that is not running. Raises EngineError where one is."""
    claim = layout.claim(data_dir)
    try:
        for each in data_dir.glob("node_*"):
            shutil.rmtree(each)
    finally:
        os.close(claim)


@contextmanager
def _download() -> Iterator[Callable[[str, int, int], None]]:
    """A progress for the jars, shown once one has come."""
    shown: list[Reached] = []
    with ExitStack() as stack:

        def progress(_jar: str, there: int, wanted: int) -> None:
            if not shown:
                announce("downloading OpenSearch")
                shown.append(stack.enter_context(bar("downloading OpenSearch", wanted, in_bytes=True)))
            shown[0](there)

        yield progress


def _watch(running: Engine) -> None:
    """Never returns. Raises EngineError when the last node has ended."""
    while running.is_running:
        time.sleep(_LOOK_EVERY)
    raise EngineError(f"the engine ended; {running.nodes[0].site.log} says why")
