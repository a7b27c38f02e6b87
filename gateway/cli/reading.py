"""`search`, `get` and `stats`: what a gateway that is running somewhere holds."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote

import typer

from gateway.cli.filters import (
    LOCAL,
    EndTime,
    Field,
    Fields,
    IncidentsOnly,
    Key,
    SearchQuery,
    Sort,
    StartTime,
    Tenant,
    Url,
    filters,
    form,
)
from gateway.cli.output import AsJson, show_json, show_pretty, show_table
from gateway.client import Target, calling
from gateway.incidents.model.documents import identified

_COLUMNS = "started_at,severity,status,title"


def search(  # noqa: PLR0913, PLR0917
    search_query: SearchQuery = None,
    start_time: StartTime = None,
    end_time: EndTime = None,
    field: Field = None,
    incidents_only: IncidentsOnly = False,
    fields: Fields = None,
    sort: Sort = None,
    size: Annotated[int, typer.Option(min=0, help="How many are shown.")] = 25,
    url: Url = LOCAL,
    key: Key = None,
    tenant: Tenant = None,
    as_json: AsJson = False,
) -> None:
    """Show incidents, newest first; of how many, on standard error. All of them are for `export`."""
    wanted = filters(search_query, start_time, end_time, field, only=incidents_only)
    shown = fields if fields is not None or as_json else _COLUMNS
    body = {**wanted, **form(shown, sort), "size": size, "with_total_docs": True}
    page = _answer(Target(url, key, tenant), "POST", "/incidents_full_types", body)
    if as_json:
        show_json(page)
        return
    show_table(["id", *(shown or "").split(",")], [[_id(each), *_cells(each, shown or "")] for each in page["docs"]])
    typer.echo(f"{len(page['docs']):,} of {page['total_docs']:,}", err=True)


def get(
    incident_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `search` shows.")],
    url: Url = LOCAL,
    key: Key = None,
    tenant: Tenant = None,
    as_json: AsJson = False,
) -> None:
    """Show one incident whole."""
    incident = _answer(Target(url, key, tenant), "GET", f"/incidents/{identified(incident_id, 'ID')}")
    (show_json if as_json else show_pretty)(incident)


def stats(  # noqa: PLR0913, PLR0917
    by: Annotated[str, typer.Argument(metavar="FIELD", help="The field whose values are counted.")],
    search_query: SearchQuery = None,
    start_time: StartTime = None,
    end_time: EndTime = None,
    field: Field = None,
    incidents_only: IncidentsOnly = False,
    size: Annotated[int, typer.Option(min=1, help="How many values are listed.")] = 100,
    url: Url = LOCAL,
    key: Key = None,
    tenant: Tenant = None,
    as_json: AsJson = False,
) -> None:
    """Count incidents by a field."""
    body = {**filters(search_query, start_time, end_time, field, only=incidents_only), "size": size}
    path = f"/incidents_full_types/stats/{quote(by, safe='')}"
    counted = _answer(Target(url, key, tenant), "POST", path, body)
    if as_json:
        show_json(counted)
        return
    show_table([by, "count"], [[value or "(none)", f"{count:,}"] for value, count in counted[by].items()])
    others = f", {counted['other_docs']:,} of them by other values" if counted.get("other_docs") else ""
    typer.echo(f"of {counted['total_docs']:,}{others}", err=True)


def _answer(target: Target, method: str, path: str, body: Any = None) -> Any:
    """What the native dialect says. Raises RemoteError."""

    async def ask() -> Any:
        async with calling(target) as caller:
            return await caller.ask(f"{method} /_im{path}", body)

    return asyncio.run(ask())


def _id(document: dict[str, Any]) -> str:
    incident_id: str = document["_meta"]["id"]
    return incident_id


def _cells(document: dict[str, Any], fields: str) -> list[str]:
    return [_cell(document, name.split(".")) for name in fields.split(",")]


def _cell(value: Any, path: Sequence[str]) -> str:
    """The value at the path as text; of a list, all values."""
    for i, name in enumerate(path):
        if isinstance(value, list):
            return ", ".join(_cell(each, path[i:]) for each in value)
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
