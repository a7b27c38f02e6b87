"""`demo`: an OpenSearch with incidents to look at, and the gateway over it."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gateway import logs
from gateway.app import create_app, running
from gateway.cli.configuration import configured
from gateway.cli.engine import started
from gateway.cli.failures import Failure
from gateway.cli.progress import bar
from gateway.cli.serving import listening, run, url_of
from gateway.cli.stopping import interruptible
from gateway.demo.holdings import fill, is_wanting, told_of
from gateway.demo.tour import tour, worst
from gateway.incidents.tenants import tenant_name
from gateway.settings import Settings

_AT_HAND = 3
_DATA = Path(".demo")
_QUIET = {"log_level": "warning", "log_format": "console"}


def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help="Load the incidents anew.")] = False,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0: a free one.")] = None,
    incidents: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many are loaded.")] = 5000,
    data_dir: Annotated[Path | None, typer.Option(help="Where the engine's data is kept; default .demo")] = None,
    tenant: Annotated[str | None, typer.Option(help="Whose incidents they are.")] = None,
) -> None:
    """Serve made-up incidents of the last 30 days; from an OpenSearch of its own unless GATEWAY_OPENSEARCH_URL is set."""
    with interruptible(), _settings(port, tenant, data_dir) as settings:
        logs.configure(settings)
        with listening(settings.host, settings.port) as listener:
            ids = asyncio.run(_ids(settings, incidents, fresh=fresh))
            _show(url_of(listener), ids)
            run(create_app(settings), listener)


@contextmanager
def _settings(port: int | None, tenant: str | None, data_dir: Path | None) -> Iterator[Settings]:
    """Settings for the engine that is given, else for one that runs as long as the block does."""
    given = configured(port=port, default_tenant=tenant)
    if given.auth != "none":
        raise Failure(f"the demo serves loopback without keys; unset GATEWAY_AUTH, which is {given.auth}")
    overrides = {name: value for name, value in _QUIET.items() if name not in given.model_fields_set}
    with ExitStack() as stack:
        if "opensearch_url" not in given.model_fields_set:
            overrides["opensearch_url"] = stack.enter_context(started(data_dir or _DATA)).url
        elif data_dir is not None:
            raise Failure("--data-dir is for the demo's own OpenSearch, and GATEWAY_OPENSEARCH_URL names another")
        yield configured(port=port, default_tenant=tenant, **overrides)


async def _ids(settings: Settings, count: int, *, fresh: bool) -> list[str]:
    """Ids of some of the demo's incidents, which are there from then on."""
    tenant = tenant_name(settings.default_tenant, "tenant")
    async with running(settings) as gateway:
        if await is_wanting(gateway, tenant) or fresh:
            await fill(gateway, tenant, count, partial(bar, f"loading {count:,} incidents"))
        else:
            typer.echo(f"{await told_of(gateway, tenant)}; --fresh loads them anew", err=True)
        return await worst(gateway, tenant, _AT_HAND)


def _show(url: str, ids: list[str]) -> None:
    typer.echo(f"{url}/_im serves them, {url}/docs describes it; Ctrl-C stops everything\n")
    for what, line in tour(url, ids):
        typer.echo(f"# {what}\n{line}\n")
