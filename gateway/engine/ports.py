"""Free ports on loopback."""

import random
import socket
from collections.abc import Iterable

from gateway.engine.errors import EngineError

# The runner ends without a word when it is to take an HTTP port above 9299. Outgoing connections take their ports
# from neither range, so a free port stays free until the engine takes it, unless another server comes first.
HTTP = range(9200, 9300)
TRANSPORT = range(9300, 10000)


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free(candidates: range, count: int) -> list[int]:
    """`count` free ports of `candidates`, drawn by lot so that two engines seldom choose the same."""
    found = [port for port in random.sample(candidates, len(candidates)) if is_free(port)][:count]
    if len(found) < count:
        raise EngineError(f"no {count} free ports from {candidates.start} to {candidates.stop - 1}")
    return found


def require_free(port: int) -> None:
    """Refuses, as `EngineError`, an HTTP port that an engine could not take."""
    if port >= HTTP.stop:
        raise EngineError(f"port {port} is above {HTTP.stop - 1}, the highest that the embedded engine can take")
    if not is_free(port):
        raise EngineError(f"port {port} is in use")


def all_free(ports: Iterable[int]) -> bool:
    """Whether each of `ports` is free."""
    return all(is_free(port) for port in ports)
