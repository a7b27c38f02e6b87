"""Whether a tenant holds the demo's incidents, and how it comes to: loaded once, and anew only when that is asked."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from gateway.demo.calendar import moments
from gateway.demo.loading import Reached, effort, load
from gateway.demo.plans import plan
from gateway.demo.scanning import SCANNERS
from gateway.demo.stage import Stage
from gateway.dialects.incidents_v1.scans import KIND
from gateway.incidents.session import Context
from gateway.state import Gateway
from gateway.store import Json, registry
from gateway.store.registry import REGISTRY, Entry
from gateway.store.tenants import events_of, incidents_of
from queries.criteria import Everything
from queries.periods import iso
from queries.searches import Search

SEED = 20_261_101

_LOADING, _LOADED = "loading", "loaded"

Progress = Callable[[int], AbstractContextManager[Reached]]


class DemoError(Exception):
    """A tenant that the demo must not touch; the message says why."""


async def is_wanting(gateway: Gateway, tenant: str) -> bool:
    """Whether the demo's incidents are yet to be loaded; what an interrupted load left counts for nothing.

    Raises DemoError for a tenant with incidents that the demo did not make.
    """
    entry = await _entry(gateway.ctx, tenant)
    if entry is not None:
        return bool(entry["progress"] != _LOADED)
    page = await gateway.reader.find(tenant, Search(Everything(), (), 0, total=True))
    if page.total:
        raise DemoError(f'tenant "{tenant}" holds incidents that are not the demo\'s; name another one')
    return True


async def told_of(gateway: Gateway, tenant: str) -> str:
    """What is there, in a few words."""
    entry = await _entry(gateway.ctx, tenant) or {}
    return f"{entry['incidents']:,} incidents of the 30 days before {entry['created_at'][:10]} are there"


async def fill(gateway: Gateway, tenant: str, count: int, progress: Progress) -> None:
    """The tenant holds so many of the demo's incidents and nothing else; `progress` is told how much there is to do."""
    ctx, now = gateway.ctx, gateway.ctx.clock()
    entry = {"kind": "demo", "tenant": tenant, "created_at": iso(now), "incidents": count}
    await registry.revise(ctx.store, _entry_id(tenant), lambda _: entry | {"progress": _LOADING})
    await _empty(gateway, tenant)
    times = moments(now)
    told = plan(count, times, SEED)
    with progress(effort(told)) as reached:
        await load(Stage(ctx, tenant, times, gateway.settings.log360_zone), told, reached)
    await ctx.store.refresh(incidents_of(tenant))
    await registry.revise(ctx.store, _entry_id(tenant), lambda _: entry | {"progress": _LOADED})


async def _empty(gateway: Gateway, tenant: str) -> None:
    """The tenant's indices are there, with nothing in them, and the registry has none of the demo's own."""
    for pit in await gateway.pits.all(tenant):
        await gateway.pits.close(tenant, pit.handle)
    for index in (incidents_of(tenant), events_of(tenant)):
        await gateway.ctx.store.call("DELETE", f"/{index}", missing_ok=True, write=True)
    await gateway.ctx.store.delete_matching(REGISTRY, _made_elsewhere(tenant))
    await gateway.ctx.tenants.provision(tenant)


def _made_elsewhere(tenant: str) -> Json:
    """The names that incidents of Log360 have taken, and the scan reports of the demo's scanners."""
    reports = [{"term": {"kind": KIND}}, {"terms": {"name": list(SCANNERS)}}]
    either = [{"term": {"kind": "name"}}, {"bool": {"filter": reports}}]
    return {"bool": {"filter": [{"term": {"tenant": tenant}}], "should": either, "minimum_should_match": 1}}


async def _entry(ctx: Context, tenant: str) -> Entry | None:
    return await registry.read(ctx.store, _entry_id(tenant))


def _entry_id(tenant: str) -> str:
    return f"demo:{tenant}"
