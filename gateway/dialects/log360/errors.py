"""How Log360 says what went wrong: flat for a caller without the right key, nested for all else."""

from http import HTTPStatus

from pydantic import BaseModel, RootModel
from starlette.responses import Response

from gateway import wire
from gateway.problems import Problem

UNAUTHORIZED = "Invalid or missing AuthToken. Check whether the AuthToken is not revoked or expired"


class Error(BaseModel):
    """What went wrong."""

    code: str
    title: str
    detail: str


class Nested(BaseModel):
    """Any other error."""

    error: Error


class Refusal(RootModel[Error | Nested]):
    """The flat shape for 401, the nested one for every other status."""


def render(problem: Problem) -> Response:
    """The problem in one of the two shapes that the vendor prints, under the two codes that it prints."""
    if problem.status in {401, 403}:
        detail = UNAUTHORIZED if problem.status == 401 else problem.reason
        return wire.reply({"code": "07001113", "title": "Unauthorized", "detail": detail}, 401)
    # The vendor documents no status for what is not there, or is there already, but 400; of our keys it knows nothing.
    status = 400 if problem.status in {404, 409, 410} and problem.kind != "in_flight" else problem.status
    detail = f"{problem.where}: {problem.reason}" if problem.where else problem.reason
    error = {"code": "07001110", "title": HTTPStatus(status).phrase, "detail": detail}
    return wire.reply({"error": error}, status)
