"""`key`: API keys made, listed, rotated and revoked."""

import asyncio
import os
import re
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from gateway import audit
from gateway.access import keys
from gateway.access.keys import Key
from gateway.caller_settings import SCOPES
from gateway.cli.configuration import administering
from gateway.cli.failures import Failure, Sentences
from gateway.cli.output import AsJson, show_json, show_table
from gateway.dialects import SCOPE_WORDS
from gateway.serving.app import running
from gateway.store.names import tenant_name
from queries.errors import QueryError
from queries.periods import duration, instant, iso

commands = typer.Typer(cls=Sentences, no_args_is_help=True, help="API keys: make, list, rotate, revoke.")

_COLUMNS = ("id", "name", "tenant", "scopes", "created", "expires", "last used")
_PERIOD = re.compile(r"\d+[yMwdhm]", re.ASCII)


@commands.command("create")
def create_key(
    tenant: Annotated[str, typer.Option(help="The only tenant it reaches.")],
    name: Annotated[str, typer.Option(help="Whose it is; what it does is recorded under this name.")],
    scope: Annotated[list[str], typer.Option(help=f"What it may do: {', '.join(SCOPES)}; may be repeated.")],
    expires: Annotated[str | None, typer.Option(help="When it ends: 90d, or a date.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print its token, which nobody can read again."""
    key, token = asyncio.run(_make(tenant_name(tenant, "--tenant"), name, _scopes(scope), expires))
    if as_json:
        show_json(_row(key) | {"token": token})
        return
    typer.echo(f'key {key.key_id} "{key.name}" of tenant {key.tenant}: {", ".join(key.scopes)}', err=True)
    typer.echo(token)


@commands.command("list")
def list_keys(
    tenant: Annotated[str | None, typer.Option(help="Only this tenant's.")] = None, as_json: AsJson = False
) -> None:
    """List keys, oldest first."""
    listed = asyncio.run(_listed(tenant))
    if as_json:
        show_json([_row(each) for each in listed])
        return
    show_table(_COLUMNS, map(_cells, listed))


@commands.command("rotate")
def rotate_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `key list` shows.")],
    keep: Annotated[str | None, typer.Option(help="How long the token before holds too: 1d; without it, not.")] = None,
    as_json: AsJson = False,
) -> None:
    """Give a key a new token, and print it; the key stays what it is in everything else."""
    rotated = asyncio.run(_rotated(key_id, timedelta(0) if keep is None else duration(keep, "--keep")))
    if rotated is None:
        raise Failure(f'no key "{key_id}"')
    key, token = rotated
    if as_json:
        show_json(_row(key) | {"token": token})
        return
    typer.echo(f'key {key.key_id} "{key.name}" of tenant {key.tenant} has a new token', err=True)
    typer.echo(token)


@commands.command("revoke")
def revoke_key(key_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `key list` shows.")]) -> None:
    """End a key; gateways that are running may trust it for some seconds more (GATEWAY_KEY_CACHE)."""
    if not asyncio.run(_revoked(key_id)):
        raise Failure(f'no key "{key_id}"')
    typer.echo(f"key {key_id} is revoked", err=True)


def _scopes(named: list[str]) -> list[str]:
    """Our scopes, for our words or a dialect's. Raises Failure."""
    try:
        known = {keys.scope(each, SCOPE_WORDS) for each in named}
    except QueryError as error:
        raise Failure(error.reason) from None
    return [each for each in SCOPES if each in known]


async def _make(tenant: str, name: str, scopes: list[str], expires: str | None) -> tuple[Key, str]:
    settings = administering()
    async with running(settings) as gateway:
        now = gateway.ctx.clock()
        ends = None if expires is None else _end(expires, now)
        if not settings.provision:
            await gateway.ctx.store.tenants.provision(tenant)
        registry = gateway.ctx.store.registry
        made = await keys.make(registry, name=name, tenant=tenant, scopes=scopes, now=now, expires_at=ends)
    _audited("key create", made[0].key_id, made[0])
    return made


def _end(text: str, now: datetime) -> datetime:
    moment = instant(f"now+{text}" if _PERIOD.fullmatch(text) else text, now, round_up=True, where="--expires")
    if moment <= now:
        raise Failure(f"--expires: {text} is over")
    return moment


async def _listed(tenant: str | None) -> list[Key]:
    async with running(administering()) as gateway:
        return await keys.listed(gateway.ctx.store.registry, tenant)


async def _revoked(key_id: str) -> bool:
    async with running(administering()) as gateway:
        key = await keys.revoke(gateway.ctx.store.registry, key_id)
    return _audited("key revoke", key_id, key)


def _audited(operation: str, key_id: str, key: Key | None) -> bool:
    """Whether there was such a key, once the audit log has what was done with it, and by whom of this machine."""
    outcome = "refused" if key is None else "done"
    line = {"actor": f"uid:{os.getuid()}", "tenant": key and key.tenant, "ids": [key_id], "outcome": outcome}
    audit.record(operation, line)
    return key is not None


async def _rotated(key_id: str, overlap: timedelta) -> tuple[Key, str] | None:
    async with running(administering()) as gateway:
        rotated = await keys.rotate(gateway.ctx.store.registry, key_id, gateway.ctx.clock(), overlap)
    _audited("key rotate", key_id, rotated and rotated[0])
    return rotated


def _cells(key: Key) -> list[str]:
    ends = f"{key.expires_at:%Y-%m-%d}" if key.expires_at else "never"
    used = f"{key.used_at:%Y-%m-%d %H:%M}" if key.used_at else "never"
    return [key.key_id, key.name, key.tenant, " ".join(key.scopes), f"{key.created_at:%Y-%m-%d}", ends, used]


def _row(key: Key) -> dict[str, Any]:
    return {
        "id": key.key_id,
        "name": key.name,
        "tenant": key.tenant,
        "scopes": list(key.scopes),
        "created_at": iso(key.created_at),
        "expires_at": iso(key.expires_at) if key.expires_at else None,
        "used_at": iso(key.used_at) if key.used_at else None,
    }
