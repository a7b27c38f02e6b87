"""`demo`: an OpenSearch with incidents to look at, and the gateway over it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from gateway import logs
from gateway.cli.configuration import configured, quiet
from gateway.cli.engine import erase, started
from gateway.cli.failures import Failure
from gateway.cli.progress import announce, bar
from gateway.cli.serving import listeners, run_with, url_of
from gateway.cli.stopping import interruptible
from gateway.client import Target, calling
from gateway.demo.loading import Load, go_on, load_of
from gateway.demo.tour import PAGE, addresses, tour
from gateway.serving.app import create_app
from gateway.settings import Settings
from gateway.store.names import tenant_name

_DATA = Path(".demo")
_FEWEST = 20


def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help="Start with an empty engine, and load anew.")] = False,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0: a free one.")] = None,
    incidents: Annotated[int, typer.Option(min=_FEWEST, max=1_000_000, help="How many are loaded.")] = 5000,
    data_dir: Annotated[Path | None, typer.Option(help="Where the engine's data is kept; default .demo")] = None,
    tenant: Annotated[str | None, typer.Option(help="Whose incidents they are.")] = None,
) -> None:
    """Serve made-up incidents of the last 30 days, from an OpenSearch of its own or that of GATEWAY_OPENSEARCH_URL."""
    given = _given(port, tenant)
    with (
        interruptible(),
        listeners(given) as sockets,
        _with_engine(given, data_dir, fresh=fresh) as settings,
    ):
        logs.configure(settings)
        show = _Show(url_of(sockets[0], settings), settings.default_tenant, incidents)
        run_with(create_app(settings), sockets, settings, show.run)


def _given(port: int | None, tenant: str | None) -> Settings:
    """The settings, if they are such that a demo can be shown. Raises Failure, SettingsError, QueryError."""
    named = None if tenant is None else tenant_name(tenant, "--tenant")
    given = quiet(configured(port=port, default_tenant=named))
    if "none" not in given.auth:
        raise Failure(f"the demo serves loopback without keys; unset GATEWAY_AUTH, which is {','.join(given.auth)}")
    return given


@contextmanager
def _with_engine(given: Settings, data_dir: Path | None, *, fresh: bool) -> Iterator[Settings]:
    """The settings with the engine that they name, else with one that runs as long as the block does."""
    if "opensearch_url" not in given.model_fields_set:
        if fresh:
            erase(data_dir or _DATA)
        with started(data_dir or _DATA) as engine:
            yield given.model_copy(update={"opensearch_url": engine.url})
        return
    theirs = "is for the demo's own OpenSearch, and GATEWAY_OPENSEARCH_URL names another"
    if data_dir is not None:
        raise Failure(f"--data-dir {theirs}")
    if fresh:
        raise Failure(f"--fresh {theirs}; name a --tenant that is empty there")
    yield given


@dataclass(frozen=True, slots=True)
class _Show:
    """What is said and loaded once the gateway answers."""

    url: str
    tenant: str
    incidents: int

    async def run(self) -> None:
        """Says where to look, and loads what is wanting while it is looked at. Raises RemoteError, DemoError."""
        async with calling(Target(self.url, tenant=self.tenant)) as caller:
            load = await load_of(caller, self.incidents)
            typer.echo(f"{self.url}{PAGE}")
            loading = go_on(caller, load)
            load = await anext(loading)
            self._show_tour()
            if not load.is_whole:
                load = await _loaded(loading, load)
        typer.echo(f"{load}; Ctrl-C stops everything, --fresh begins anew", err=True)

    def _show_tour(self) -> None:
        """Addresses, and requests to paste; all of them work as soon as the attack has been told."""
        typer.echo("\n".join(["", "every dialect serves the same incidents:", *addresses(self.url, self.tenant), ""]))
        for what, line in tour(self.url):
            typer.echo(f"# {what}\n{line}\n")


async def _loaded(loading: AsyncIterator[Load], load: Load) -> Load:
    """The load once it has come to its end, shown on its way."""
    announce(title := f"loading {load.incidents:,} incidents")
    with bar(title, load.incidents) as reached:
        reached(load.there)
        async for latest in loading:
            reached(latest.there)
            load = latest
    return load
