"""How Actian says what went wrong: one sentence, whatever the status."""

from pydantic import BaseModel, Field
from starlette.responses import Response

from gateway import wire
from gateway.problems import Problem


class Error(BaseModel):
    """The body of every answer that is an error."""

    description: str = Field(description="a sentence, after the place in the request when there is one")


def render(problem: Problem) -> Response:
    """The problem as `{"description"}`."""
    sentence = f"{problem.where}: {problem.reason}" if problem.where else problem.reason
    return wire.reply({"description": sentence}, problem.status)
