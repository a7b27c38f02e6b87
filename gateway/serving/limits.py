"""What one process lets its clients hold: bytes before a request is known, seconds without progress, connections."""

import resource
from dataclasses import dataclass

from gateway.settings import Settings

_MOST_CONNECTIONS = 10_000
_FEWEST_CONNECTIONS = 16
# Logs, listeners, pipes between workers, and what a request opens for a moment.
_OTHER_DESCRIPTORS = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, counts and seconds. What is over one is refused, or its connection is ended; `stop_delay` is a stop's."""

    url_bytes: int = 32 * 2**10
    header_bytes: int = 32 * 2**10
    headers: int = 100
    connections: int = _MOST_CONNECTIONS
    header_timeout: float = 20
    body_timeout: float = 30
    answer_timeout: float = 60
    answer_bytes: int = 256 * 2**20
    idle_timeout: float = 65
    stop_delay: float = 0


def limits(settings: Settings) -> Limits:
    """The limits of a process with these settings, which may open as many descriptors as it may now."""
    return Limits(
        url_bytes=settings.url_bytes,
        header_bytes=settings.header_bytes,
        headers=settings.headers,
        connections=settings.connections or _connections(settings.opensearch_requests),
        header_timeout=settings.header_timeout,
        body_timeout=settings.body_timeout,
        answer_timeout=settings.answer_timeout,
        answer_bytes=settings.answer_bytes,
        idle_timeout=settings.idle_timeout,
        stop_delay=settings.stop_delay,
    )


def raise_descriptor_limit() -> None:
    """Lets this process open as many descriptors as it is allowed to allow itself."""
    # The soft limit is low for the sake of select(), which nothing here uses.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _connections(engine_calls: int) -> int:
    """What the descriptor limit leaves for clients beside the engine's connections."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    left = _MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else soft - engine_calls - _OTHER_DESCRIPTORS
    return max(_FEWEST_CONNECTIONS, min(left, _MOST_CONNECTIONS))
