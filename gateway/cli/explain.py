"""`explain`: what OpenSearch is asked for an `_im` search; nothing is sent anywhere."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from gateway.cli.failures import Failure
from gateway.cli.output import AsJson, show_json, show_pretty
from gateway.dialects import EXTENSIONS
from gateway.dialects.im import requests, translate
from gateway.incidents.session import utc_now
from gateway.store.names import tenant_name
from queries.custom import is_custom
from queries.fields import Column, Columns, Kind, catalogue
from queries.searches import Search, body
from queries.sorts import sort_clauses

_KINDS: dict[str, Kind] = {"text": "keyword", "number": "number", "boolean": "boolean", "object": "object"}
_ONLINE = ("pit", "after", "keep_alive")


def explain(
    search: Annotated[str, typer.Argument(metavar="JSON|FILE|-", help="A body of incidents_full_types.")],
    column: Annotated[list[str] | None, typer.Option(help="A custom field, as name:type; may be repeated.")] = None,
    tenant: Annotated[str, typer.Option(help="Whose incidents are searched.")] = "default",
    as_json: AsJson = False,
) -> None:
    """Show what OpenSearch is asked for a search, by the typed fields and the custom ones that are named."""
    query = requests.Search.model_validate(_read(search), strict=True)
    online = next((name for name in _ONLINE if getattr(query, name) is not None), None)
    if online is not None:
        raise Failure(f'"{online}" means something to a running gateway only; leave it out')
    shown = body(_translated(query, _columns(column or [])), tenant_name(tenant, "--tenant"))
    (show_json if as_json else show_pretty)(shown)


def _read(search: str) -> Any:
    text = search
    if search == "-":
        text = sys.stdin.read()
    elif not search.lstrip().startswith("{"):
        text = Path(search).read_text()
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Failure(f"the search is not JSON: {error}") from error


def _columns(named: Sequence[str]) -> Columns:
    columns = dict(catalogue(row for extension in EXTENSIONS for row in extension.fields).columns)
    for each in named:
        name, _, kind = each.partition(":")
        if kind not in _KINDS or not is_custom(name):
            raise Failure(f"--column is a custom field and its type ({', '.join(_KINDS)}), as name:type; not {each}")
        columns[name] = Column(name, _KINDS[kind])
    return columns


def _translated(search: requests.Search, columns: Columns) -> Search:
    return Search(
        translate.wanted(search, columns, utc_now()),
        sort_clauses(translate.order(search.sort), columns),
        search.size,
        offset=search.from_,
        fields=None if search.fields is None else tuple(search.fields),
        total=search.with_total_docs,
    )
