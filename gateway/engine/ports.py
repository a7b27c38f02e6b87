"""Free ports on loopback."""

import random
import socket
from collections.abc import Iterable
from itertools import islice

from gateway.engine.errors import EngineError

# Outgoing connections take their ports from neither range, so a free port stays free until the engine takes it, unless
# another server comes first.
HTTP = range(9200, 9300)
TRANSPORT = range(9300, 10000)
LAST = 65535


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
    return _first(random.sample(candidates, len(candidates)), count, candidates)


def free_from(port: int, count: int) -> list[int]:
    """`port`, and the next free ones above it. Raises `EngineError` when it is in use."""
    if not is_free(port):
        raise EngineError(f"port {port} is in use")
    candidates = range(port, LAST + 1)
    return _first(candidates, count, candidates)


def all_free(ports: Iterable[int]) -> bool:
    """Whether each of `ports` is free."""
    return all(is_free(port) for port in ports)


def _first(ports: Iterable[int], count: int, candidates: range) -> list[int]:
    chosen = list(islice((port for port in ports if is_free(port)), count))
    if len(chosen) < count:
        raise EngineError(f"no {count} free ports from {candidates.start} to {candidates.stop - 1}")
    return chosen
