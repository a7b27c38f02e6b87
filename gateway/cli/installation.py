"""`templates` and `attack`: what a gateway has in its engine and beside it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from gateway.attack import stix
from gateway.cli.configuration import administering
from gateway.cli.failures import Failure, Sentences
from gateway.cli.output import AsJson, show_json
from gateway.dialects import EXTENSIONS
from gateway.dialects.settings import load
from gateway.incidents.writing.filling import fill
from gateway.store import Store, templates
from queries.fields import TYPED_COLUMNS

template_commands = typer.Typer(cls=Sentences, no_args_is_help=True, help="Index templates of the engine.")
attack_commands = typer.Typer(cls=Sentences, no_args_is_help=True, help="The ATT&CK catalogue.")


@template_commands.callback()
def _templates() -> None:
    """Keeps `apply` a command of its own, though it is the only one."""


@attack_commands.callback()
def _attack() -> None:
    """Keeps `import` a command of its own, though it is the only one."""


@template_commands.command("apply")
def apply_templates(
    as_json: AsJson = False,
    finish: Annotated[
        bool, typer.Option("--finish", help="From now on no gateway of the version before can start.")
    ] = False,
) -> None:
    """Put the index templates in place, carry older indices over and fill what they lack; twice does nothing more."""
    done = asyncio.run(_applied(finish))
    if as_json:
        show_json(done)
        return
    for each in done or ["everything is in place"]:
        typer.echo(each)


@attack_commands.command("import")
def import_bundle(
    bundle: Annotated[Path, typer.Argument(metavar="FILE", help="An official STIX bundle.")],
    version: Annotated[str | None, typer.Option(help="The ATT&CK release, where the bundle does not say it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a bundle the ATT&CK catalogue, in the file that GATEWAY_ATTACK_CATALOGUE names."""
    path = load().attack_catalogue
    if path is None:
        raise Failure("set GATEWAY_ATTACK_CATALOGUE to the file that is to hold the catalogue")
    try:
        catalogue = stix.read(bundle, version)
        stix.write(catalogue, path)
    except ValueError as error:
        raise Failure(str(error)) from error
    counts = {"tactics": len(catalogue.tactics), "techniques": len(catalogue.techniques)}
    if as_json:
        show_json({"file": str(path), "version": catalogue.version, "domain": catalogue.domain, **counts})
        return
    typer.echo(f"{path}: ATT&CK {catalogue.version} {catalogue.domain}, {counts['techniques']} techniques")


async def _applied(finish: bool) -> list[str]:
    store = Store(administering(), TYPED_COLUMNS)
    try:
        return [*await templates.apply(store.client, EXTENSIONS, finish=finish), *await fill(store)]
    finally:
        await store.close()
