"""The gateway on a socket, for clients that are programs of their own."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from gateway.cli.serving import Patient
from gateway.serving.app import create_app
from gateway.settings import Settings


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address of a gateway that answers, until the block ends."""
    ready = threading.Event()
    config = uvicorn.Config(
        create_app(settings), port=0, log_config=None, access_log=False, loop="asyncio", http=Patient
    )
    server = _Announcing(config, ready)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert ready.wait(60), "the gateway did not start"
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(60)


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        self._ready.set()


ROOT = Path(__file__).parent.parent


def search_path(directory: Path) -> str:
    """The search path of programs, with a curl of our own in the directory on a machine that has none."""
    path, curl = os.environ["PATH"], directory / "curl"
    if shutil.which("curl"):
        return path
    if not curl.exists():
        curl.symlink_to(ROOT / "tests" / "curl")
    return f"{directory}:{path}"
