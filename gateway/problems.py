"""What can go wrong, said once; each dialect renders a `Problem` in its own shape."""

from dataclasses import dataclass

from pydantic import ValidationError

from gateway.sentences import sentence, shortened, shortened_place
from queries.errors import QueryError

_NAME = "[key]"
"""What pydantic puts behind a name that is itself wrong."""


class GatewayError(Exception):
    """Something that a caller is told: a status, a kind to act on, a sentence, and a place when there is one."""

    status = 500
    kind = "internal"
    retry_after: int | None = None

    def __init__(
        self,
        reason: str,
        where: str | None = None,
        *,
        kind: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where
        self.kind = kind or self.kind
        self.retry_after = retry_after if retry_after is not None else self.retry_after


class Unauthenticated(GatewayError):
    """No key, or one that does not hold."""

    status, kind = 401, "unauthenticated"


class Forbidden(GatewayError):
    """A good key without the scope that the route asks for."""

    status, kind = 403, "forbidden"


class NotFound(GatewayError):
    """Nothing of that name for this tenant."""

    status, kind = 404, "not_found"


class Conflict(GatewayError):
    """The document is no longer (or already) as the write assumed."""

    status, kind = 409, "version_conflict"


class PitExpired(GatewayError):
    """A point in time that was this tenant's and is no more."""

    status, kind = 410, "pit_expired"


class TooLarge(GatewayError):
    """A body over its limit."""

    status, kind = 413, "too_large"


class UnsupportedMediaType(GatewayError):
    """A body of a type that the route does not read."""

    status, kind = 415, "unsupported_media_type"


class Reused(GatewayError):
    """An idempotency key that stands for another request."""

    status, kind = 422, "idempotency_key_reused"


class UnsupportedEncoding(UnsupportedMediaType):
    """A body that is compressed in a way that is not read."""

    kind = "unsupported_encoding"


class TooMany(GatewayError):
    """A limit on what may be open or under way at once."""

    status, kind, retry_after = 429, "too_many_requests", 1


class Unavailable(GatewayError):
    """The engine does not answer, or refuses work for now."""

    status, kind, retry_after = 503, "unavailable", 1


class Stopping(Unavailable):
    """The gateway ends, and begins nothing more; another one, or the next, does it."""

    kind = "stopping"

    def __init__(self) -> None:
        super().__init__("the gateway is stopping; this was not tried")


class TimedOut(GatewayError):
    """The engine did not answer in time; a write may or may not have happened."""

    status, kind = 504, "timed_out"


@dataclass(frozen=True, slots=True)
class Problem:
    """An answer that is an error, before any dialect's shape; `path` is the request's."""

    status: int
    kind: str
    reason: str
    where: str | None = None
    retry_after: int | None = None
    path: str = ""


def problem(error: Exception) -> Problem:
    """The problem that an exception stands for; what is not ours shows no detail."""
    match error:
        case GatewayError():
            return _problem(error.status, error.kind, error.reason, error.where, error.retry_after)
        case QueryError():
            return _problem(400, error.kind, error.reason, error.where)
        case ValidationError():
            return _invalid(error)
        case _:
            return Problem(500, "internal", "internal error; the log has it under this response's request id")


def _invalid(error: ValidationError) -> Problem:
    first = error.errors(include_url=False, include_input=False)[0]
    where = place(first["loc"])
    if first["type"] == "extra_forbidden":
        return _problem(400, "unknown_field", f'no parameter "{first["loc"][-1]}" here', where)
    return _problem(400, "bad_request", sentence(first), where)


def _problem(status: int, kind: str, reason: str, where: str | None, retry_after: int | None = None) -> Problem:
    return Problem(status, kind, shortened(reason), shortened_place(where), retry_after)


def place(path: tuple[int | str, ...]) -> str | None:
    """A path as a caller would write it: `additional_fields[1].value`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path if step != _NAME)
    return text.removeprefix(".") or None
