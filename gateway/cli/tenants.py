"""`tenant`: what tenants there are, what one has, its beginning and its end."""

import asyncio
import os
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from gateway import audit
from gateway.access import keys
from gateway.cli.configuration import administering
from gateway.cli.failures import Failure, Sentences
from gateway.cli.output import AsJson, show_json, show_table
from gateway.cli.pruning import NEVER, set_tenant
from gateway.incidents import reindexing
from gateway.incidents.model.difference import INCIDENT, RESULT
from gateway.serving.app import running
from gateway.state import Gateway
from gateway.store.making import Shape
from gateway.store.names import tenant_name
from gateway.store.usage import Usage, usage

commands = typer.Typer(cls=Sentences, no_args_is_help=True, help="Tenants: create, list, show, set, reindex, delete.")

_KINDS = {"incidents": INCIDENT, "results": RESULT, "alerts": "alert", "notes": "note", "activities": "activity"}
_AGES = {"retention": "retention", "activity_retention": "activities"}
_COLUMNS = ("tenant", *_KINDS, "keys", *_AGES, "bytes")
_UNITS = ("B", "kB", "MB", "GB", "TB")

Name = Annotated[str, typer.Argument(metavar="TENANT", help="Its name.")]


@commands.command("list")
def list_tenants(as_json: AsJson = False) -> None:
    """List every tenant: counts of what it has, how long that is kept, its size on the primary shards."""
    rows = asyncio.run(_rows())
    if as_json:
        show_json(rows)
        return
    show_table(_COLUMNS, [[*(str(row[name]) for name in _COLUMNS[:-1]), _shown(row["bytes"])] for row in rows])


@commands.command("show")
def show_tenant(tenant: Name, as_json: AsJson = False) -> None:
    """Show what a tenant has, and how long it is kept."""
    row = asyncio.run(_row(tenant_name(tenant, "TENANT")))
    if as_json:
        show_json(row)
        return
    show_table(("", ""), [(name, _shown(value) if name == "bytes" else str(value)) for name, value in row.items()])


@commands.command("create")
def create_tenant(
    tenant: Name,
    shards: Annotated[int | None, typer.Option(min=1, max=100, help="Of its incidents; else GATEWAY_SHARDS.")] = None,
    replicas: Annotated[int | None, typer.Option(min=0, max=9, help="Else GATEWAY_REPLICAS.")] = None,
) -> None:
    """Make a tenant's indices, of a shape of its own if it is said."""
    asyncio.run(_created(tenant_name(tenant, "TENANT"), shards, replicas))
    _record("tenant create", tenant)
    typer.echo(f"tenant {tenant} is made", err=True)


@commands.command("reindex")
def reindex_tenant(
    tenant: Name,
    shards: Annotated[int | None, typer.Option(min=1, max=100, help="Of its incidents; else as many as now.")] = None,
    replicas: Annotated[int | None, typer.Option(min=0, max=9, help="Else as many as now.")] = None,
) -> None:
    """Make a tenant's indices anew, while it is read and written: of other shards, or with newer columns."""
    asyncio.run(_reindexed(tenant_name(tenant, "TENANT"), shards, replicas))
    _record("tenant reindex", tenant)


@commands.command("delete")
def delete_tenant(tenant: Name, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Delete a tenant: its incidents with all that hangs on them, its keys, views and definitions."""
    row = asyncio.run(_row(tenant_name(tenant, "TENANT")))
    if not yes:
        what = f"{row['incidents']} incidents and {row['keys']} keys"
        typer.confirm(f"delete {tenant} with {what}?", abort=True, err=True)
    asyncio.run(_deleted(tenant))
    _record("tenant delete", tenant)
    typer.echo(f"tenant {tenant} is deleted", err=True)


commands.command("set")(set_tenant)


def _record(event: str, tenant: str) -> None:
    audit.record(event, {"actor": f"uid:{os.getuid()}", "tenant": tenant, "outcome": "done"})


async def _created(tenant: str, shards: int | None, replicas: int | None) -> None:
    async with running(administering()) as gateway:
        tenants, settings = gateway.ctx.store.tenants, gateway.ctx.settings
        if await tenants.exists(tenant):
            raise Failure(f'there is a tenant "{tenant}" already')
        copies = settings.replicas if replicas is None else replicas
        await tenants.provision(tenant, Shape(shards or settings.shards, copies))


async def _reindexed(tenant: str, shards: int | None, replicas: int | None) -> None:
    shape = {"shards": shards, "replicas": replicas}
    wanted = {name: count for name, count in shape.items() if count is not None}
    async with running(administering(), upgrade=False) as gateway:
        await reindexing.reindex(gateway.ctx, tenant, wanted, lambda line: typer.echo(line, err=True))


async def _rows() -> list[dict[str, Any]]:
    async with running(administering()) as gateway:
        return await _described(gateway, await gateway.ctx.store.tenants.all())


async def _row(tenant: str) -> dict[str, Any]:
    """What the tenant has. Raises Failure where there is nothing under its name."""
    async with running(administering()) as gateway:
        [row] = await _described(gateway, [tenant])
        there = row["keys"] or await gateway.ctx.store.tenants.exists(tenant)
    if not there:
        raise Failure(f'no tenant "{tenant}"')
    return row


async def _described(gateway: Gateway, tenants: list[str]) -> list[dict[str, Any]]:
    store = gateway.ctx.store
    held = Counter(key.tenant for key in await keys.listed(store.registry))
    kept = {each["tenant"]: each for each in await store.registry.of_kind("retention")}
    return [_line(each, held[each.tenant], kept.get(each.tenant, {})) for each in await usage(store.client, tenants)]


def _line(of: Usage, held: int, kept: Mapping[str, Any]) -> dict[str, Any]:
    counts = {name: of.documents.get(kind, 0) for name, kind in _KINDS.items()}
    return {"tenant": of.tenant, **counts, "keys": held, **_ages(kept), "bytes": of.size}


def _ages(given: Mapping[str, Any]) -> dict[str, str]:
    """How long `prune --retention` leaves what the tenant has, as `tenant set` was told."""
    return {name: given.get(option) or NEVER for name, option in _AGES.items()}


async def _deleted(tenant: str) -> None:
    """Its keys go first, so that who has one does not make the tenant anew."""
    async with running(administering()) as gateway:
        await gateway.ctx.store.registry.delete_of(tenant)
        await gateway.ctx.store.tenants.delete(tenant)


def _shown(size: int) -> str:
    """The bytes in the largest unit that is not over them."""
    power = max((place for place in range(len(_UNITS)) if size >= 1000**place), default=0)
    return f"{size} B" if power == 0 else f"{size / 1000**power:.1f} {_UNITS[power]}"
