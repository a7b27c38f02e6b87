"""A request as Actian's models: its path and its query."""

import re
from collections.abc import Callable
from typing import Any, TypeVar, get_origin

from starlette.requests import Request

from gateway.dialects.actian.requests import Filters
from gateway.incidents.session import Session
from gateway.state import State
from queries.errors import QueryError

Plan = TypeVar("Plan")

_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)

_EACH, _BYTE = 24_576, 64
"""What a plan takes at most, with what is sent for it, as was measured: so many bytes, and more for each of the query.
"""


def planned(
    request: Request[State], session: Session, plan: Callable[[Filters, *tuple[Any, ...]], Plan], *basis: Any
) -> Plan:
    """What the engine is to be asked, planned of the filters and of the basis, and of nothing else that changes.

    A front-end asks the same again and again: its plan is remembered by path and query. Raises what `filters` raises.
    """
    query = request.scope["query_string"]
    key, memory = (request.scope["path"], query), session.ctx.readings
    held: tuple[tuple[Any, ...], Plan] | None = memory.get(session.tenant, key)
    if held is None or held[0] != basis:
        held = basis, plan(filters(request), *basis)
        memory.put(session.tenant, key, held, _EACH + _BYTE * len(query))
    return held[1]


def filters(request: Request[State]) -> Filters:
    """The filters in the query. Raises ValidationError; QueryError for a single one that is given twice."""
    given: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name.removesuffix("[]"), []).append(value)
    for name, field in Filters.model_fields.items():
        if name in given and get_origin(field.annotation) is not list:
            given[name], *more = given[name]
            if more:
                raise QueryError("given twice", name)
    return Filters.model_validate(given)


def incident_id(request: Request[State]) -> int:
    """The incident's number in the path. Raises QueryError for what is no whole number."""
    text: str = request.path_params["incidentId"]
    if not _WHOLE.fullmatch(text):
        raise QueryError(f'"{text[:40]}" is no id; a whole number is wanted here', "incidentId")
    return int(text)
