"""How a command that runs until it is stopped ends: the same by Ctrl-C and by SIGTERM, everything closed behind it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM is Ctrl-C within the block, so that what was opened there is closed; to be stopped so is no failure."""
    # Raised, not sent on as SIGINT: a shell script's background jobs ignore that.
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, previous)
