"""`bulk-update --change` and `bulk-delete` by filter: what a dry run finds is shown, and done once it is agreed to."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any

import orjson
import typer

from gateway.cli.failures import SOME_FAILED, Failure
from gateway.cli.output import show_json, show_table
from gateway.cli.progress import bar
from gateway.client import AsyncClient, Outcome, Selection, Target

Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
Change = Annotated[str | None, typer.Option(help="What to set in all that the filters ask for, as JSON.")]

_COLUMNS = ("started_at", "severity", "status", "title")
_SHOWN = 10


def change_of(text: str) -> dict[str, Any]:
    """The change as the command line says it. Raises Failure."""
    try:
        change = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Failure(f"--change: {text} is not JSON: {error}") from error
    if not isinstance(change, dict):
        raise Failure("--change is a JSON object of fields")
    return change


def run(target: Target, wanted: dict[str, Any], change: dict[str, Any] | None, *, yes: bool, as_json: bool) -> None:
    """Does it, if whoever asks still wants it once it is known of how many; exit code 1 where some failed."""
    counts, failures = asyncio.run(_done(target, wanted, change, lambda found: yes or _agreed(found, change)))
    failed = sum(count for result, count in counts.items() if result in {"failed", "conflicts"})
    if as_json:
        show_json({"results": counts, "failures": [_told(each) for each in failures]})
    else:
        for result, count in sorted(counts.items()):
            typer.echo(f"{result.replace('_', ' ')}: {count:,}")
        for each in failures:
            typer.echo(f"{each.id}: {each.error.reason if each.error else ''}", err=True)
    if failed:
        raise typer.Exit(SOME_FAILED)


async def _done(
    target: Target, wanted: dict[str, Any], change: dict[str, Any] | None, agreed: Callable[[Selection], bool]
) -> tuple[Counter[str], list[Outcome]]:
    """How many ended how, and the first that failed. Raises Failure where it is not agreed to, RemoteError."""
    counts, failures = Counter[str](), list[Outcome]()
    async with AsyncClient(target.url, target.key, tenant=target.tenant) as client:
        found = await client.select(change, **wanted)
        if not await asyncio.to_thread(agreed, found):
            raise Failure("nothing was done")
        with bar("deleting" if change is None else "changing", found.total) as reached:
            async for outcome in client.run(found):
                counts[_result(outcome)] += 1
                if outcome.error is not None and len(failures) < _SHOWN:
                    failures.append(outcome)
                reached(counts.total())
    return counts, failures


def _agreed(found: Selection, change: dict[str, Any] | None) -> bool:
    """Shows what the dry run found, and asks."""
    rows = [[each.id, *(str(each.fields.get(name, "")) for name in _COLUMNS)] for each in found.sample]
    show_table(["id", *_COLUMNS], rows)
    what = "Delete" if change is None else f"Set {orjson.dumps(change).decode()} in"
    return typer.confirm(f"{what} {found.total:,} incidents, of which {len(rows)} are shown?", err=True)


def _result(outcome: Outcome) -> str:
    if outcome.error is None:
        return str(outcome.result)
    return "conflicts" if outcome.error.type == "version_conflict" else "failed"


def _told(outcome: Outcome) -> dict[str, Any]:
    error = outcome.error
    return {"id": outcome.id, "status": outcome.status, "reason": error.reason if error else None}
