"""`prune` and `tenant set`: what is forgotten, and what each tenant wants forgotten."""

import asyncio
import os
from typing import Annotated, Any

import typer

from gateway import audit
from gateway.cli.configuration import administering
from gateway.cli.failures import Failure
from gateway.cli.output import AsJson, show_json, show_table
from gateway.incidents import reindexing
from gateway.incidents.session import Context, Session
from gateway.incidents.writing import pruning
from gateway.incidents.writing.pruning import Limits
from gateway.serving.app import running
from gateway.store.names import tenant_name
from gateway.store.registry import Entry

Age = str | None

_COLUMNS = ("tenant", "incidents", "activities", "kept")
NEVER = "none"


def prune(
    older_than: Annotated[Age, typer.Option(help="Closed incidents not written to for so long, as 2y.")] = None,
    activities: Annotated[Age, typer.Option(help="Activities so old, of incidents that stay too.")] = None,
    retention: Annotated[bool, typer.Option("--retention", help="What each tenant has set.")] = False,
    tenant: Annotated[str | None, typer.Option(help="Of this tenant alone.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget closed incidents with all that hangs on them, and old activities; writers go on meanwhile."""
    if retention == (older_than is not None or activities is not None):
        raise Failure("prune wants --older-than, --activities or both; or --retention")
    ages = None if retention else {"retention": older_than, "activities": activities}
    rows = asyncio.run(_pruned(ages, None if tenant is None else tenant_name(tenant, "--tenant"), dry_run=dry_run))
    if as_json:
        show_json(rows)
    else:
        show_table(_COLUMNS, [[str(row[name]) for name in _COLUMNS] for row in rows])


def set_tenant(
    tenant: Annotated[str, typer.Argument(metavar="TENANT", help="Its name.")],
    retention: Annotated[Age, typer.Option(help="Of closed incidents, as 2y; none: for ever.")] = None,
    activities: Annotated[Age, typer.Option(help="Of activities, as 1y; none: as long as their incident.")] = None,
) -> None:
    """Set how long `prune --retention` leaves a tenant what is closed."""
    given = {name: age for name, age in (("retention", retention), ("activities", activities)) if age is not None}
    if not given:
        raise Failure("tenant set wants --retention, --activities or both")
    asyncio.run(_set(tenant_name(tenant, "TENANT"), given))
    audit.record("tenant set", {"actor": f"uid:{os.getuid()}", "tenant": tenant, "outcome": "done"})


async def _set(tenant: str, given: dict[str, str]) -> None:
    async with running(administering()) as gateway:
        ctx = gateway.ctx
        for name, age in given.items():
            if age != NEVER:
                pruning.before(age, ctx.clock(), f"--{name}")
        if not await ctx.store.tenants.exists(tenant):
            raise Failure(f'no tenant "{tenant}"')

        def changed(held: Entry | None) -> Entry:
            return (held or {"kind": "retention", "tenant": tenant}) | given

        await ctx.store.registry.revise(f"retention:{tenant}", changed)


async def _pruned(ages: dict[str, Age] | None, tenant: str | None, *, dry_run: bool) -> list[dict[str, Any]]:
    async with running(administering()) as gateway:
        ctx = gateway.ctx
        every = await ctx.store.tenants.all()
        if tenant is not None and tenant not in every:
            raise Failure(f'no tenant "{tenant}"')
        wanted = {each["tenant"]: each for each in await ctx.store.registry.of_kind("retention")}
        rows = []
        for each in every if tenant is None else [tenant]:
            limits = _limits(ctx, wanted.get(each, {}) if ages is None else ages)
            told = await pruning.prune(Session(ctx, each, *pruning.WHO), limits, dry_run=dry_run)
            rows.append({"tenant": each, "incidents": told.incidents, "activities": told.activities, "kept": told.kept})
            if not dry_run:
                line = {"actor": f"uid:{os.getuid()}", "tenant": each, "written": told.incidents, "outcome": "done"}
                audit.record("prune", line)
                await reindexing.tidy(ctx, each, lambda line: typer.echo(line, err=True))
        return rows


def _limits(ctx: Context, ages: dict[str, Any]) -> Limits:
    closed, told = (ages.get(name) or NEVER for name in ("retention", "activities"))
    now = ctx.clock()
    return Limits(
        None if closed == NEVER else pruning.before(closed, now, "--older-than"),
        None if told == NEVER else pruning.before(told, now, "--activities"),
    )
