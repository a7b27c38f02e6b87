"""The command line: `incident-gateway`."""

from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.main import get_group

from gateway.cli.failures import Sentences

_COMMANDS = {
    "serve": "serving.serve",
    "settings": "settings.show_settings",
    "engine": "engine.run_engine",
    "demo": "demo.demo",
    "prune": "pruning.prune",
    "search": "reading.search",
    "get": "reading.get",
    "stats": "reading.stats",
    "bulk-update": "clients.bulk_update",
    "bulk-create": "clients.bulk_create",
    "bulk-delete": "clients.bulk_delete",
    "export": "clients.export",
    "explain": "explain.explain",
    "templates": "installation.template_commands",
    "key": "keys.commands",
    "tenant": "tenants.commands",
    "attack": "installation.attack_commands",
}
"""Where each command, or the group of that name, is."""


class Commands(Sentences):
    """Commands whose modules are imported when they are run: a process that serves has nothing of the others."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        # Lists and suggestions look at the names alone.
        self.commands = dict.fromkeys(_COMMANDS)  # type: ignore[assignment]

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        """The command, or None where there is no such one."""
        return _command(cmd_name) if cmd_name in _COMMANDS else None


def _command(name: str) -> Any:
    module, attribute = _COMMANDS[name].split(".")
    command = getattr(import_module(f"gateway.cli.{module}"), attribute)
    alone = typer.Typer()
    if isinstance(command, typer.Typer):
        alone.add_typer(command, name=name)
    else:
        alone.command(name)(command)
    return get_group(alone).commands[name]


app = typer.Typer(
    name="incident-gateway",
    cls=Commands,
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
