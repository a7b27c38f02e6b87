"""`bulk-update`, `bulk-create` and `export`: clients of a gateway that is running somewhere."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

import orjson
import typer

from gateway.cli.failures import SOME_FAILED, Failure
from gateway.cli.output import AsJson
from gateway.cli.progress import bar
from gateway.client import Action, Ending, Summary, Target, Watch, bulk, snapshot

_SHOWN = 10
_TYPES = ("number", "text", "select", "multiselect")

Url = Annotated[str, typer.Option(help="Where the gateway is.")]
Key = Annotated[str | None, typer.Option(help="A key of the gateway.", envvar="INCIDENT_GATEWAY_KEY")]
Tenant = Annotated[str | None, typer.Option(help="The tenant, where no key says it.")]
Source = Annotated[str, typer.Argument(metavar="FILE|-", help="NDJSON or a JSON array; - is standard input.")]

_LOCAL = "http://127.0.0.1:8000"


def bulk_update(
    source: Source, url: Url = _LOCAL, key: Key = None, tenant: Tenant = None, as_json: AsJson = False
) -> None:
    """Change incidents; exit code 1 if some changes failed."""
    _bulk("bulkUpdate", source, Target(url, key, tenant), as_json=as_json)


def bulk_create(
    source: Source, url: Url = _LOCAL, key: Key = None, tenant: Tenant = None, as_json: AsJson = False
) -> None:
    """Make incidents; exit code 1 if some could not be made."""
    _bulk("bulkCreate", source, Target(url, key, tenant), as_json=as_json)


def export(  # noqa: PLR0913, PLR0917
    output: Annotated[Path | None, typer.Option(help="File to write; default standard output.")] = None,
    form: Annotated[Literal["ndjson", "csv"], typer.Option("--format", help="What is written.")] = "ndjson",
    search_query: Annotated[str | None, typer.Option(help="OpenSearch query DSL, as JSON.")] = None,
    start_time: Annotated[str | None, typer.Option(help="From when: now-7d, 2026-11-01, ...")] = None,
    end_time: Annotated[str | None, typer.Option(help="Until when.")] = None,
    field: Annotated[list[str] | None, typer.Option(help="name:type:value; may be repeated.")] = None,
    incidents_only: Annotated[bool, typer.Option("--incidents-only", help="No aggregation results.")] = False,
    url: Url = _LOCAL,
    key: Key = None,
    tenant: Tenant = None,
    as_json: AsJson = False,
) -> None:
    """Write incidents of one moment to a file; exit code 1 if it ended before all were written."""
    given = {"search_query": search_query, "start_time": start_time, "end_time": end_time}
    asked: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    asked |= {"additional_fields": [additional_field(each) for each in field or []], "is_show_aggs": not incidents_only}
    ending = asyncio.run(_export(Target(url, key, tenant), asked, output, as_csv=form == "csv"))
    _tell(ending, as_json=as_json, aside=output is None)
    if ending.reason is not None:
        raise typer.Exit(SOME_FAILED)


def additional_field(text: str) -> dict[str, Any]:
    """One of `additional_fields` as the command line says it. Raises Failure."""
    name, _, rest = text.partition(":")
    kind, separator, value = rest.partition(":")
    if not name or not separator or kind not in _TYPES:
        raise Failure(f'--field is name:type:value, the type one of {", ".join(_TYPES)}; not "{text}"')
    return {"name": name, "type": kind, "value": _field_value(kind, value)}


def _field_value(kind: str, text: str) -> Any:
    if kind == "multiselect":
        return text.split(",")
    if kind == "number" and text.startswith("{"):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise Failure(f"--field: {text} is not JSON: {error}") from error
    return text


def _tell(ending: Ending, *, as_json: bool, aside: bool) -> None:
    """How an export ended: as JSON on standard output, unless the documents went there."""
    if as_json:
        told = {"complete": ending.reason is None, "count": ending.count, "reason": ending.reason}
        typer.echo(orjson.dumps(told), err=aside)
    elif ending.reason is None:
        typer.echo(f"documents written: {ending.count:,}", err=True)
    else:
        typer.echo(f"incident-gateway: only {ending.count:,} documents were written: {ending.reason}", err=True)


def _bulk(action: Action, source: str, target: Target, *, as_json: bool) -> None:
    with _input(source) as (content, size), bar("sending", size, in_bytes=True) as sent:
        watch = Watch(sent, _shown if as_json else _unheard, _SHOWN)
        summary = asyncio.run(bulk(target, action, content, size, watch))
    if as_json:
        typer.echo()
    else:
        _show(summary)
    if summary.failed:
        raise typer.Exit(SOME_FAILED)


def _shown(chunk: bytes) -> None:
    sys.stdout.buffer.write(chunk)


def _unheard(_chunk: bytes) -> None:
    """An answer that is not shown."""


def _show(summary: Summary) -> None:
    typer.echo(f"items: {summary.statuses.total():,}")
    for status, count in sorted(summary.statuses.items()):
        typer.echo(f"with status {status}: {count:,}")
    for each in summary.failures:
        error = each["error"]
        typer.echo(f"{each['_id'] or '(no id)'}: {error['where']}: {error['reason']}", err=True)
    left = summary.failed - len(summary.failures)
    if left:
        typer.echo(f"and {left:,} more", err=True)


@contextmanager
def _input(source: str) -> Iterator[tuple[BinaryIO, int | None]]:
    """What is to be sent, and its size in bytes if that can be known."""
    if source == "-":
        yield sys.stdin.buffer, None
        return
    path = Path(source)
    with path.open("rb") as content:
        yield content, path.stat().st_size if path.is_file() else None


@contextmanager
def _output(path: Path | None) -> Iterator[BinaryIO]:
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with path.open("wb") as content:
        yield content


async def _export(target: Target, asked: dict[str, Any], path: Path | None, *, as_csv: bool) -> Ending:
    # The file is opened once the gateway has taken the request, so that a refusal leaves an older one as it was.
    async with snapshot(target, asked, as_csv=as_csv) as wanted:
        with _output(path) as output, bar("exporting", wanted.total) as reached:
            return await wanted.write(output, reached)
