"""Servers in the gateway's place that do less than it does, and that measure what its work costs."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from benchmarks import servers
from benchmarks.programs import installed

_NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log stderr;
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 1000000; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  upstream engine {{ server {engine}; keepalive 64; keepalive_requests 1000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://engine; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffers 32 64k;
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer that runs; one that `translates` is asked what the gateway is asked, the others what the engine is."""

    url: str
    pid: int
    translates: bool = False


@contextmanager
def peers(engine: str) -> Iterator[dict[str, Peer]]:
    """The peers by the names that figures give them; nginx where it is installed. Raises NotServing."""
    with ExitStack() as stack, TemporaryDirectory(prefix="benchmarks-") as folder:
        running = {
            "the obvious gateway": Peer(*stack.enter_context(_python("obvious", engine)), translates=True),
            "passed through by Starlette": Peer(*stack.enter_context(_python("pass_through", engine))),
            "passed through by bare ASGI": Peer(*stack.enter_context(_python("bare", engine))),
        }
        if nginx := installed("nginx"):
            running["passed through by nginx"] = Peer(*stack.enter_context(_nginx(nginx, engine, Path(folder))))
        yield running


@contextmanager
def _python(module: str, engine: str) -> Iterator[tuple[str, int]]:
    """Served as the gateway is."""
    port = servers.free_port()
    words = f"--port {port} --loop uvloop --http httptools --ws none --lifespan off --no-access-log --no-server-header"
    command = [sys.executable, "-m", "uvicorn", f"benchmarks.{module}:app", *words.split()]
    with servers.started(command, f"http://127.0.0.1:{port}", "/", {"ENGINE": engine}) as server:
        yield server


@contextmanager
def _nginx(program: str, engine: str, folder: Path) -> Iterator[tuple[str, int]]:
    port, config = servers.free_port(), folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, engine=urlsplit(engine).netloc, port=port))
    command = [program, "-p", str(folder), "-c", str(config)]
    with servers.started(command, f"http://127.0.0.1:{port}", "/", {}) as server:
        yield server
