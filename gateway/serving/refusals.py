"""What a client is told whose request was refused before the application saw it: the dialect's words, with an id."""

import secrets
from functools import partial

from gateway import logs
from gateway.dialects import speaking
from gateway.problems import Problem
from gateway.serving.connections import Refusal
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


def refusals(root_path: str = "") -> Refusal:
    """What is told, in the shape of the dialect whose prefix the path has, be it behind what a proxy puts before it."""
    return partial(_refusal, root_path)


def _refusal(root_path: str, fault: Fault, path: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
    problem = problem_of(fault, path)
    request_id = secrets.token_hex(16)
    bound = logs.request_id.set(request_id)
    response = speaking(path, root_path).render(problem)
    logs.request_id.reset(bound)
    response.headers["X-Request-Id"] = request_id
    if fault.status in {429, 503}:
        response.headers["Retry-After"] = "1"
    return response.raw_headers, bytes(response.body)


def problem_of(fault: Fault, path: str = "") -> Problem:
    """What each dialect tells of the fault in its own shape."""
    return Problem(fault.status, _KINDS[fault.status], fault.reason, path=path)
