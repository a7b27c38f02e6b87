"""A request as v1's models: headers, path, query and body."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.dialect import Endpoint, Header, Operation
from gateway.dialects.incidents_v1.requests import IncidentType, OfType
from gateway.incidents.reading import identities
from gateway.incidents.session import Session
from gateway.incidents.writing import notes
from gateway.state import State
from queries.errors import QueryError

Model = TypeVar("Model", bound=BaseModel)

LONGEST_USER_ID = 256

_VERSION = re.compile(r"v?1(\.(\d+|x))*", re.ASCII)
API_VERSION = Header(
    "Api-Version",
    "this version, which is also meant without the header",
    limits={"pattern": f"^({_VERSION.pattern})?$"},
)
USER_ID = Header("User-ID", "who acknowledges", required=True, limits={"minLength": 1, "maxLength": LONGEST_USER_ID})

_WHOLE = re.compile(r"-?\d{1,19}", re.ASCII)
_INT64 = 2**63


def versioned(operations: Sequence[Operation]) -> Sequence[Operation]:
    """The operations, for callers who ask for no version or for this one."""
    return [replace(operation, endpoint=_versioned(operation.endpoint)) for operation in operations]


def _versioned(endpoint: Endpoint) -> Endpoint:
    async def checked(request: Request[State], session: Session) -> Response:
        version = request.headers.get("api-version") or "1"
        if not _VERSION.fullmatch(version):
            raise QueryError(f'no version "{version[:20]}" here; this is version 1', "Api-Version")
        return await endpoint(request, session)

    return checked


def query(request: Request[State], model: type[Model]) -> Model:
    """The query parameters as a model. Raises ValidationError; QueryError for a single one that is given twice."""
    given: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name.removesuffix("[]"), []).append(value)
    for field in model.model_fields.values():
        name = str(field.alias)
        if name in given and get_origin(field.annotation) is not list:
            given[name], *more = given[name]
            if more:
                raise QueryError(f'"{name}" is given twice', name)
    return model.model_validate(given)


async def body(request: Request[State], model: type[Model]) -> Model:
    """The request's JSON object as a model. Raises ValidationError, QueryError."""
    return model.model_validate(await wire.read_document(request))


def number(request: Request[State], name: str, least: int = -_INT64) -> int:
    """The whole number in the path. Raises QueryError for anything else, or one beyond 64 bits."""
    text: str = request.path_params[name]
    if not _WHOLE.fullmatch(text) or not least <= int(text) < _INT64:
        raise QueryError(f'"{text[:40]}" is no id; a whole number is wanted here', name)
    return int(text)


def incident_type(request: Request[State]) -> IncidentType:
    """The type in the path. Raises ValidationError."""
    return OfType.model_validate({"type": request.path_params["type"]}).type


def user_id(request: Request[State]) -> str:
    """Who says it is acting. Raises QueryError if nobody does."""
    said = request.headers.get("user-id", "").strip()
    if not said or len(said) > LONGEST_USER_ID:
        raise QueryError(f"a user's id of at most {LONGEST_USER_ID} characters is wanted", "User-ID")
    return said


async def look(request: Request[State], session: Session) -> None:
    """Looks for the incident, or the note, that the path names. Raises NotFound, QueryError."""
    if "noteId" in request.path_params:
        await notes.read(session, number(request, "noteId", least=0))
    for name in request.path_params.keys() & {"id", "incidentId"}:
        await identities.find(session, "numeric_id", number(request, name))
