"""What a client is told whose request was refused before the application saw it: the dialect's words, with an id."""

import secrets

from gateway import logs
from gateway.dialects import speaking
from gateway.problems import Problem
from gateway.serving.faults import Fault

_KINDS = {
    400: "bad_request",
    405: "method_not_allowed",
    408: "request_timeout",
    414: "uri_too_long",
    429: "too_many_requests",
    431: "headers_too_large",
    501: "not_implemented",
    503: "unavailable",
    505: "version_not_supported",
}


def refusal(fault: Fault, path: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The headers and the body of the answer, in the shape of the dialect whose prefix the path has."""
    problem = problem_of(fault, path)
    request_id = secrets.token_hex(16)
    bound = logs.request_id.set(request_id)
    response = speaking(path).render(problem)
    logs.request_id.reset(bound)
    response.headers["X-Request-Id"] = request_id
    if fault.status in {429, 503}:
        response.headers["Retry-After"] = "1"
    return response.raw_headers, bytes(response.body)


def problem_of(fault: Fault, path: str = "") -> Problem:
    """What each dialect tells of the fault in its own shape."""
    return Problem(fault.status, _KINDS[fault.status], fault.reason, path=path)
