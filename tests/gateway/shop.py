"""A dialect of a shop, with something of everything that a table of operations can say."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from gateway import wire
from gateway.dialects.dialect import Dialect, Header, Operation
from gateway.incidents.session import Session
from gateway.problems import Problem
from gateway.state import State

Json = dict[str, Any]


class Part(BaseModel):
    name: str = Field(description="in `code`, or <b>bold</b>", max_length=9)
    parts: list["Part"] = []


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    colour: Literal["red", "blue"] = "red"
    weight: float | None = Field(None, ge=0)
    parts: list[Part] | None = None
    note: str


class ThingPath(BaseModel):
    id: int = Field(ge=0, description="a number")


class Found(TypedDict):
    """What was found."""

    things: list[Literal["spade", "rake"]]
    at: Annotated[str | None, Field(examples=["shelf 1"])]


class Finding(BaseModel):
    """Any other name filters by the field of that name."""

    model_config = ConfigDict(extra="allow")

    pit: str | None = Field(None, description="an id")
    from_: int = Field(0, alias="from", ge=0)
    fields: list[str] | None = None
    parts: list[Part] = []
    refresh: Literal["true", "false"]


class Fault(BaseModel):
    fault: str
    at: str | None


async def endpoint(_request: Request[State], _session: Session) -> Response:
    return Response()


def render(problem: Problem) -> Response:
    """A dialect that knows three statuses."""
    status = 422 if problem.status < 409 else 503 if problem.status > 500 else problem.status
    return wire.reply({"fault": problem.kind, "at": problem.where}, status)


LOSER = Header("User-ID", "who loses it", required=True, limits={"minLength": 1})
SHOP = Dialect(
    "shop",
    "Shop & Sons",
    "/shop",
    (
        Operation("GET", "/things", endpoint, "read", "Find things", query=Finding, reply=Found),
        Operation("PUT", "/things/{id:int}", endpoint, "write", "Keep", Thing, example='{"note": "it\'s"}'),
        Operation("DELETE", "/things/{id:int}", endpoint, "delete", "Drop", success=204, headers=(LOSER,)),
        Operation("POST", "/things/many", endpoint, "write", "Keep many", media_types=("application/x-ndjson",)),
        Operation("GET", "/things/all.csv", endpoint, "read", "Take all", stream=str, reply_types=("text/csv",)),
    ),
    render,
    Fault,
    path_model=ThingPath,
    headers=(Header("Shop-Version", "the version asked for"),),
)
ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "a number",
    "schema": {"type": "integer", "minimum": 0},
}
TENANT = {
    "name": "X-Scope-OrgID",
    "in": "header",
    "required": False,
    "description": "the tenant, where neither a key nor the path says it; beside a key it can name only the key's own",
    "schema": {"type": "string", "pattern": "^([a-z0-9][a-z0-9_-]{0,62})?$"},
}
WHO = {
    "name": "User-ID",
    "in": "header",
    "required": False,
    "description": "who acts: where no key is asked for, or the key or token has the scope `act_as`",
    "schema": {"type": "string", "maxLength": 256},
}
SHOP_VERSION = {
    "name": "Shop-Version",
    "in": "header",
    "required": False,
    "description": "the version asked for",
    "schema": {"type": "string"},
}
LOST = {"required": True, "description": "who loses it", "schema": {"type": "string", "minLength": 1}}
HEADERS = [TENANT, WHO, SHOP_VERSION]
