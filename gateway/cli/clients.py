"""`bulk-update`, `bulk-create`, `bulk-delete` and `export`: clients of a gateway that is running somewhere."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

import orjson
import typer

from gateway.cli import by_filter
from gateway.cli.failures import SOME_FAILED, Failure
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
from gateway.cli.output import AsJson
from gateway.cli.progress import bar
from gateway.client import Action, Ending, Summary, Target, Watch, bulk, snapshot

_SHOWN = 10

Source = Annotated[str, typer.Argument(metavar="FILE|-", help="NDJSON or a JSON array; - is standard input.")]
MaybeSource = Annotated[str | None, typer.Argument(metavar="[FILE|-]", help="NDJSON; - is standard input.")]

_NO_FILTERS = filters(None, None, None, None, only=True)


def bulk_update(  # noqa: PLR0913, PLR0917
    source: MaybeSource = None,
    change: by_filter.Change = None,
    search_query: SearchQuery = None,
    start_time: StartTime = None,
    end_time: EndTime = None,
    field: Field = None,
    yes: by_filter.Yes = False,
    url: Url = LOCAL,
    key: Key = None,
    tenant: Tenant = None,
    as_json: AsJson = False,
) -> None:
    """Change incidents: each as a file says, or with --change all that filters ask for; exit code 1 if some failed."""
    target, wanted = Target(url, key, tenant), filters(search_query, start_time, end_time, field, only=True)
    if change is not None and source is None:
        by_filter.run(target, wanted, by_filter.change_of(change), yes=yes, as_json=as_json)
    elif source is not None and change is None and wanted == _NO_FILTERS and not yes:
        _bulk("bulkUpdate", source, target, as_json=as_json)
    else:
        raise Failure("bulk-update takes either a file of changes, or --change with filters")


def bulk_delete(  # noqa: PLR0913, PLR0917
    source: MaybeSource = None,
    search_query: SearchQuery = None,
    start_time: StartTime = None,
    end_time: EndTime = None,
    field: Field = None,
    yes: by_filter.Yes = False,
    url: Url = LOCAL,
    key: Key = None,
    tenant: Tenant = None,
    as_json: AsJson = False,
) -> None:
    """Delete incidents: those that the file names, or all that the filters ask for; exit code 1 if some failed."""
    target, wanted = Target(url, key, tenant), filters(search_query, start_time, end_time, field, only=True)
    if source is None and wanted != _NO_FILTERS:
        by_filter.run(target, wanted, None, yes=yes, as_json=as_json)
    elif source is not None and wanted == _NO_FILTERS and not yes:
        _bulk("bulkDelete", source, target, as_json=as_json)
    else:
        raise Failure("bulk-delete takes either a file of ids, or filters")


def bulk_create(
    source: Source, url: Url = LOCAL, key: Key = None, tenant: Tenant = None, as_json: AsJson = False
) -> None:
    """Make incidents; exit code 1 if some could not be made."""
    _bulk("bulkCreate", source, Target(url, key, tenant), as_json=as_json)


def export(  # noqa: PLR0913, PLR0917
    output: Annotated[Path | None, typer.Option(help="File to write; default standard output.")] = None,
    written_as: Annotated[Literal["ndjson", "csv"], typer.Option("--format", help="What is written.")] = "ndjson",
    search_query: SearchQuery = None,
    start_time: StartTime = None,
    end_time: EndTime = None,
    field: Field = None,
    incidents_only: IncidentsOnly = False,
    fields: Fields = None,
    sort: Sort = None,
    url: Url = LOCAL,
    key: Key = None,
    tenant: Tenant = None,
    as_json: AsJson = False,
) -> None:
    """Write incidents of one moment to a file; exit code 1 if it ended before all were written."""
    wanted = filters(search_query, start_time, end_time, field, only=incidents_only) | form(fields, sort)
    ending = asyncio.run(_export(Target(url, key, tenant), wanted, output, as_csv=written_as == "csv"))
    _tell(ending, as_json=as_json, aside=output is None)
    if ending.reason is not None:
        raise typer.Exit(SOME_FAILED)


def _tell(ending: Ending, *, as_json: bool, aside: bool) -> None:
    """How an export ended: as JSON on standard output, unless the documents went there."""
    if as_json:
        outcome = {"complete": ending.reason is None, "count": ending.count, "reason": ending.reason}
        typer.echo(orjson.dumps(outcome), err=aside)
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


async def _export(target: Target, query: dict[str, Any], path: Path | None, *, as_csv: bool) -> Ending:
    # The file is opened once the gateway has taken the request, so that a refusal leaves an older one as it was.
    async with snapshot(target, query, as_csv=as_csv) as wanted:
        with _output(path) as output, bar("exporting", wanted.total) as reached:
            return await wanted.write(output, reached)
