"""What passes between the gateway and a host of the engine, in bytes: a request, and its reply or why there is none."""

from collections.abc import Callable, Mapping

import msgspec

Headers = tuple[tuple[str, str], ...]

Signer = Callable[[str, str, bytes | None, dict[str, str]], Mapping[str, str]]
"""Method, whole address, body and headers to the headers that are sent; it may wait, so it is called in a thread."""


class EngineRequest(msgspec.Struct, frozen=True):
    """A request: `path` with its query, percent-encoded; `write` where doing it twice is not as good as once."""

    method: str
    path: bytes
    body: bytes | None
    write: bool
    headers: Headers = ()


class EngineReply(msgspec.Struct, frozen=True):
    """A whole reply, whatever its status."""

    status: int
    body: bytes

    def text(self) -> str:
        """The body. Raises Broken for one that is no text."""
        try:
            return self.body.decode()
        except UnicodeDecodeError as error:
            raise Broken("the engine", f"the reply is no text: {error.reason}") from error


class ExchangeError(Exception):
    """There is no reply; `host` is where, without a password, and `reason` why."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host}: {reason}")
        self.host = host
        self.reason = reason


class NotSent(ExchangeError):
    """The engine did nothing: no host took the request, or none of them all of it."""


class TimedOutWaiting(ExchangeError):
    """The reply was not whole at the deadline; a write may have been done."""


class Broken(ExchangeError):
    """The connection ended before the reply was whole, or brought something else; a write may have been done."""


class ReplyTooLarge(ExchangeError):
    """The reply was longer than what is taken; a write was done."""
