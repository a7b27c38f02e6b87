"""The command line: `incident-gateway`."""

import typer

from gateway.cli import clients, demo, engine, explain, installation, keys, serving
from gateway.cli.failures import Sentences

app = typer.Typer(
    name="incident-gateway",
    cls=Sentences,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="An incident search gateway on OpenSearch. Settings are GATEWAY_* in the environment.",
)

app.command("serve")(serving.serve)
app.command("engine")(engine.run_engine)
app.command("demo")(demo.demo)
app.add_typer(installation.template_commands, name="templates")
app.add_typer(keys.commands, name="key")
app.add_typer(installation.attack_commands, name="attack")
app.command("bulk-update")(clients.bulk_update)
app.command("bulk-create")(clients.bulk_create)
app.command("export")(clients.export)
app.command("explain")(explain.explain)
