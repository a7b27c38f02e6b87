"""A request as Actian's models: its path and its query."""

import re
from typing import Any, get_origin

from starlette.requests import Request

from gateway.dialects.actian.requests import Filters
from gateway.state import State
from queries.errors import QueryError

_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)


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
