"""The gateway on a socket, for clients that are programs of their own."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from gateway.app import create_app
from gateway.cli.serving import Patient
from gateway.settings import Settings

ROOT = Path(__file__).parent.parent


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
    assert ready.wait(30), "the gateway did not start"
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        self._ready.set()


def path_with_curl(folder: Path) -> str:
    """The search path, with a curl of our own in the folder on a machine that has none."""
    path = os.environ["PATH"]
    if shutil.which("curl"):
        return path
    (folder / "curl").symlink_to(ROOT / "tests" / "curl")
    return f"{folder}:{path}"
