"""What clients of a gateway are told on the command line: where it is, what is wanted, how it is to be shown."""

from typing import Annotated, Any

import orjson
import typer

from gateway.cli.failures import Failure

LOCAL = "http://127.0.0.1:8000"

Url = Annotated[str, typer.Option(help="Where the gateway is.")]
Key = Annotated[str | None, typer.Option(help="A key of the gateway.", envvar="INCIDENT_GATEWAY_KEY")]
Tenant = Annotated[str | None, typer.Option(help="The tenant, where no key says it.")]
SearchQuery = Annotated[str | None, typer.Option(help="OpenSearch query DSL, as JSON.")]
StartTime = Annotated[str | None, typer.Option(help="From when: now-7d, 2026-11-01, ...")]
EndTime = Annotated[str | None, typer.Option(help="Until when.")]
Field = Annotated[list[str] | None, typer.Option(help="A filter, name:type:value; may be repeated.")]
IncidentsOnly = Annotated[bool, typer.Option("--incidents-only", help="No aggregation results.")]
Fields = Annotated[str | None, typer.Option(help="The fields that are wanted, separated by commas.")]
Sort = Annotated[str | None, typer.Option(help="The order: severity,started_at:asc; descending unless it says asc.")]

_TYPES = ("number", "text", "select", "multiselect")


def filters(
    search_query: str | None, start_time: str | None, end_time: str | None, field: list[str] | None, *, only: bool
) -> dict[str, Any]:
    """What is wanted, as `_im` takes it; with `only`, no aggregation results. Raises Failure."""
    given = {"search_query": search_query, "start_time": start_time, "end_time": end_time}
    wanted = {name: value for name, value in given.items() if value is not None}
    return {**wanted, "additional_fields": [additional_field(each) for each in field or []], "is_show_aggs": not only}


def form(fields: str | None, sort: str | None) -> dict[str, Any]:
    """Which fields, and in which order, as `_im` takes it."""
    wanted: dict[str, Any] = {} if fields is None else {"fields": fields.split(",")}
    return wanted if sort is None else wanted | {"sort": [_sort_key(each) for each in sort.split(",")]}


def additional_field(text: str) -> dict[str, Any]:
    """One of `additional_fields` as the command line says it. Raises Failure."""
    name, _, rest = text.partition(":")
    kind, separator, value = rest.partition(":")
    if not name or not separator or kind not in _TYPES:
        raise Failure(f'--field is name:type:value, the type one of {", ".join(_TYPES)}; not "{text}"')
    return {"name": name, "type": kind, "value": _value(kind, value)}


def _value(kind: str, text: str) -> Any:
    if kind == "multiselect":
        return text.split(",")
    if kind == "number" and text.startswith("{"):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise Failure(f"--field: {text} is not JSON: {error}") from error
    return text


def _sort_key(text: str) -> dict[str, str]:
    field, separator, order = text.partition(":")
    return {"field": field, "order": order} if separator else {"field": field}
