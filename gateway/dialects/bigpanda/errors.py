"""How BigPanda says what went wrong: the status again, and a list with one sentence."""

from pydantic import BaseModel, Field
from starlette.responses import Response

from gateway import wire
from gateway.problems import Problem


class Error(BaseModel):
    """The body of every answer that is an error."""

    status: int = Field(description="that of the answer")
    errors: list[str] = Field(description="a sentence, after the place in the request when there is one")


def render(problem: Problem) -> Response:
    """The problem as `{"status", "errors"}`."""
    sentence = f"{problem.where}: {problem.reason}" if problem.where else problem.reason
    return wire.reply({"status": problem.status, "errors": [sentence]}, problem.status)
