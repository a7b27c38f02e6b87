"""The command line: `incident-gateway`."""

from importlib.metadata import version
from typing import Annotated

import typer

from gateway.cli import clients, demo, engine, explain, installation, keys, pruning, reading, serving, settings, tenants
from gateway.cli.failures import Sentences

app = typer.Typer(
    name="incident-gateway",
    cls=Sentences,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="An incident search gateway on OpenSearch. Settings are GATEWAY_* in the environment.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"incident-gateway {version('incident-gateway')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version.")
    ] = False,
) -> None:
    """Holds what can be said before a command."""


app.command("serve")(serving.serve)
app.command("settings")(settings.show_settings)
app.command("engine")(engine.run_engine)
app.command("demo")(demo.demo)
app.add_typer(installation.template_commands, name="templates")
app.add_typer(keys.commands, name="key")
tenants.commands.command("set")(pruning.set_tenant)
app.add_typer(tenants.commands, name="tenant")
app.command("prune")(pruning.prune)
app.add_typer(installation.attack_commands, name="attack")
app.command("search")(reading.search)
app.command("get")(reading.get)
app.command("stats")(reading.stats)
app.command("bulk-update")(clients.bulk_update)
app.command("bulk-create")(clients.bulk_create)
app.command("bulk-delete")(clients.bulk_delete)
app.command("export")(clients.export)
app.command("explain")(explain.explain)
