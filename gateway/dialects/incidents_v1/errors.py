"""How v1 says what went wrong: the error body of Micronaut, which its server is written in."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema
from starlette.responses import Response

from gateway import logs, wire
from gateway.problems import Problem
from gateway.sentences import LONGEST


class JsonError(BaseModel):
    """Every error of v1."""

    model_config = ConfigDict(serialize_by_alias=True)

    links: dict[str, Any] = Field(
        alias="_links", description=f"`self`: the request's path, of up to {LONGEST} characters"
    )
    embedded: dict[str, Any] = Field(alias="_embedded", description="always empty")
    message: str
    logref: str | None = Field(description="the request's id, as the log has it")
    path: str | SkipJsonSchema[None] = Field(None, description="the place in what was sent, when there is one")


def render(problem: Problem) -> Response:
    """The problem as `{"_links", "_embedded", "message", "logref", "path"}`, the last where there is a place."""
    # A part of a link leads nowhere.
    is_link = 0 < len(problem.path) <= LONGEST
    links = {"self": {"href": problem.path, "templated": False}} if is_link else {}
    fields = {"message": problem.reason, "logref": logs.request_id.get()}
    place = {"path": problem.where} if problem.where is not None else {}
    return wire.reply({"_links": links, "_embedded": {}, **fields, **place}, problem.status)
