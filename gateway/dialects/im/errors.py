"""How `_im` says what went wrong: OpenSearch's own shape, with the place."""

from pydantic import BaseModel, Field
from starlette.responses import Response

from gateway import wire
from gateway.problems import Problem


class Reason(BaseModel):
    """What went wrong."""

    type: str = Field(description="snake_case, to act on")
    reason: str = Field(description="a sentence")
    where: str | None = Field(description="the place in the request, when there is one")


class Error(BaseModel):
    """The body of every answer that is an error."""

    error: Reason
    status: int


def render(problem: Problem) -> Response:
    """The problem as `{"error": {"type", "reason", "where"}, "status"}`."""
    error = {"type": problem.kind, "reason": problem.reason, "where": problem.where}
    return wire.reply({"error": error, "status": problem.status}, problem.status)
