"""`demo`: an OpenSearch with incidents to look at, and the gateway over it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gateway import logs
from gateway.app import create_app, running
from gateway.cli.configuration import configured, quiet
from gateway.cli.engine import started
from gateway.cli.failures import Failure
from gateway.cli.progress import announce, bar
from gateway.cli.serving import listening, run, url_of
from gateway.cli.stopping import interruptible
from gateway.demo.holdings import fill, is_wanting, told_of
from gateway.demo.tour import Examples, elsewhere, examples, tour
from gateway.incidents.tenants import tenant_name
from gateway.settings import Settings

_DATA = Path(".demo")


def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help="Load the incidents anew.")] = False,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0: a free one.")] = None,
    incidents: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many are loaded.")] = 5000,
    data_dir: Annotated[Path | None, typer.Option(help="Where the engine's data is kept; default .demo")] = None,
    tenant: Annotated[str | None, typer.Option(help="Whose incidents they are.")] = None,
) -> None:
    """Serve made-up incidents of the last 30 days, from an OpenSearch of its own or that of GATEWAY_OPENSEARCH_URL."""
    given = _given(port, tenant)
    with (
        interruptible(),
        listening(given.host, given.port) as listener,
        _with_engine(given, data_dir) as settings,
    ):
        logs.configure(settings)
        shown = asyncio.run(_examples(settings, incidents, fresh=fresh))
        _show(url_of(listener, settings), settings.default_tenant, shown)
        run(create_app(settings), listener, settings)


def _given(port: int | None, tenant: str | None) -> Settings:
    """The settings, if they are such that a demo can be shown. Raises Failure, SettingsError, QueryError."""
    given = quiet(configured(port=port, default_tenant=tenant))
    if given.auth != "none":
        raise Failure(f"the demo serves loopback without keys; unset GATEWAY_AUTH, which is {given.auth}")
    tenant_name(given.default_tenant, "tenant")
    return given


@contextmanager
def _with_engine(given: Settings, data_dir: Path | None) -> Iterator[Settings]:
    """The settings with the engine that they name, else with one that runs as long as the block does."""
    if "opensearch_url" not in given.model_fields_set:
        with started(data_dir or _DATA) as engine:
            yield given.model_copy(update={"opensearch_url": engine.url})
    elif data_dir is not None:
        raise Failure("--data-dir is for the demo's own OpenSearch, and GATEWAY_OPENSEARCH_URL names another")
    else:
        yield given


async def _examples(settings: Settings, count: int, *, fresh: bool) -> Examples:
    """Some of the demo's incidents, which are there from then on."""
    tenant = settings.default_tenant
    async with running(settings) as gateway:
        if await is_wanting(gateway, tenant) or fresh:
            announce(title := f"loading {count:,} incidents")
            await fill(gateway, tenant, count, partial(bar, title))
        else:
            typer.echo(f"{await told_of(gateway, tenant)}; --fresh loads them anew", err=True)
        return await examples(gateway, tenant)


def _show(url: str, tenant: str, shown: Examples) -> None:
    typer.echo(f"{url}/_im serves them, {url}/docs describes it; Ctrl-C stops everything")
    typer.echo(f"the other dialects serve them too: {', '.join(elsewhere(url, tenant))}\n")
    for what, line in tour(url, shown):
        typer.echo(f"# {what}\n{line}\n")
