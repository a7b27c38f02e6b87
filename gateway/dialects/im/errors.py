"""How `_im` says what went wrong: OpenSearch's own shape, with the place."""

from starlette.responses import Response

from gateway import wire
from gateway.problems import Problem


def render(problem: Problem) -> Response:
    """The problem as `{"error": {"type", "reason", "where"}, "status"}`."""
    error = {"type": problem.kind, "reason": problem.reason, "where": problem.where}
    return wire.reply({"error": error, "status": problem.status}, problem.status)
