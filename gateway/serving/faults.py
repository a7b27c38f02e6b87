"""What a connection can end for: the name that is counted, and what its client is told where it can be told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A reason to refuse a request or to end a connection; status 0: nobody is told."""

    name: str
    status: int = 0
    reason: str = ""


class Refused(Exception):
    """A request that is not taken; with its connection, as what follows cannot be told from it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


SINGLE = ("Authorization", "X-Scope-OrgID", "User-ID", "Content-Type", "Idempotency-Key")
"""Headers that say who asks, and what for, and of which there is one in a request."""


def repeated(header: str) -> Fault:
    """A header that is no list stands there twice."""
    return Fault("repeated", 400, f"a request has one {header}")


MALFORMED = Fault("malformed", 400, "this is no HTTP/1.1 request")
HOST = Fault("host", 400, "a request has one Host, a name or an address with or without a port")
TARGET = Fault("target", 400, "the target of a request is a path, or a URL of this host")
CODING = Fault("coding", 501, "the only Transfer-Encoding that is read is chunked, in HTTP/1.1")
METHOD = Fault("method", 405, "nothing here takes that method")
VERSION = Fault("version", 505, "HTTP/1.1 and HTTP/1.0 are spoken here")
URL_BYTES = Fault("url_bytes", 414, "the target of the request is too long; send long queries as a body")
HEADER_BYTES = Fault("header_bytes", 431, "the headers are too long")
HEADERS = Fault("headers", 431, "there are too many headers")
FRAMING = Fault("framing", 431, "there is too much beside the body: trailers, or extensions of chunks")
PIPELINE = Fault("pipeline", 429, "too many requests wait for the one before them on this connection")
NO_ROOM = Fault("no_room", 503, "too many connections are open")
HEADER_TIMEOUT = Fault("header_timeout", 408, "the head of the request did not come in time")
BODY_TIMEOUT = Fault("body_timeout", 408, "the body of the request did not come in time")
ANSWER_TIMEOUT = Fault("answer_timeout")
ANSWER_BYTES = Fault("answer_bytes")
IDLE_TIMEOUT = Fault("idle_timeout")
GAVE_WAY = Fault("gave_way")
HANDSHAKE = Fault("handshake")
