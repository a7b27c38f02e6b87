"""`settings`: what is in force, and where it comes from."""

from dataclasses import asdict

from gateway import sources
from gateway.cli.configuration import configured
from gateway.cli.output import AsJson, show_json, show_table


def show_settings(as_json: AsJson = False) -> None:
    """Show every setting that is in force and where it comes from, secrets masked; a wrong one is said."""
    settings = list(sources.in_force(configured()))
    if as_json:
        show_json([asdict(setting) for setting in settings])
        return
    show_table(("setting", "value", "source"), [(each.name, each.value, each.source) for each in settings])
