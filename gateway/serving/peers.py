"""Whether a client is still there, also while what it has sent is not read yet."""

import asyncio
import select


def has_left(transport: asyncio.BaseTransport) -> bool:
    """Whether the client has ended its side of the connection; bytes that wait to be read hide that from asyncio."""
    connection = transport.get_extra_info("socket")
    if transport.is_closing() or connection is None or connection.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLRDHUP)
    return bool(poll.poll(0))
