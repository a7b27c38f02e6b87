"""What incidents still carry because a gateway ended, or its engine failed, before it was published.

Who reads an incident's history publishes that first. Alerts and notes are found without their incident too, so they are
published by themselves: those of a failed publication again and again, and those of a gateway that ended by the others.
Each has an entry in the registry while it runs; one that is not renewed any more tells of an end, and of since when.
"""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from gateway.incidents.model.accounts import CARRIED, unpacked
from gateway.incidents.projection import project
from gateway.incidents.session import Context, Session
from gateway.problems import Conflict, GatewayError
from gateway.store.bulk import Write
from gateway.store.hits import Stored
from queries.criteria import Between, Where
from queries.fields import TYPED_COLUMNS
from queries.periods import iso
from queries.searches import Search

WHO = ("gateway", "gateway")
"""Who it is done for; what is published says who did it."""

_KIND = "running"
_PAUSE = 1.0
_RENEWED = timedelta(seconds=20)
_ENDED = 3 * _RENEWED
_SLACK = timedelta(minutes=1)
"""What a request may take, and clocks differ."""
_AT_ONCE = 1000
_FAREWELL = 1.0
_UPDATED_AT = TYPED_COLUMNS["updated_at"]
_OLDEST_FIRST = ({"updated_at": {"order": "asc"}}, {"numeric_id": {"order": "asc"}})

_log = logging.getLogger("gateway.recovery")


async def keep_published(ctx: Context) -> None:
    """Publishes what could not be published at once, and what gateways left that ended; until it is cancelled."""
    entry_id, written_at = f"{_KIND}:{secrets.token_hex(8)}", ctx.clock() - _RENEWED
    try:
        while True:
            try:
                if ctx.clock() - written_at >= _RENEWED:
                    await _say_running(ctx, entry_id)
                    written_at = ctx.clock()
                    await _take_over_ended(ctx)
                await _publish_failed(ctx)
            except GatewayError as error:
                _log.info("what is left carried is looked at again: %s", error)
            except Exception:
                _log.exception("what is left carried could not be looked at")
            await asyncio.sleep(_PAUSE)
    finally:
        # One that hangs keeps nobody from ending: then another gateway looks, and finds nothing left.
        with suppress(GatewayError, TimeoutError):
            async with asyncio.timeout(_FAREWELL):
                await ctx.store.registry.delete(entry_id)


async def _say_running(ctx: Context, entry_id: str) -> None:
    entry = {"kind": _KIND, "created_at": iso(ctx.clock())}
    await ctx.store.registry.put(Write(entry_id, entry, mode="index"))


async def _take_over_ended(ctx: Context) -> None:
    """Publishes what the gateways left whose entries are old; of several that see one, one does it."""
    for entry in await ctx.store.registry.of_kind(_KIND):
        heard = datetime.fromisoformat(entry["created_at"])
        if ctx.clock() - heard < _ENDED:
            continue
        seen = await ctx.store.registry.get(entry["_id"])
        if seen is None or seen.source["created_at"] != entry["created_at"]:
            continue
        with suppress(Conflict):
            await ctx.store.registry.put(Write(seen.id, seen.source | {"created_at": iso(heard)}, seen))
            for tenant in await ctx.store.tenants.all():
                await publish_left(ctx, tenant, heard - _SLACK, heard + _ENDED)
            await ctx.store.registry.delete(seen.id)


async def publish_left(ctx: Context, tenant: str, since: datetime, until: datetime) -> None:
    """Publishes the alerts and notes that the tenant's incidents carry which were written in that time."""
    session = Session(ctx, tenant, *WHO)
    written = Where(_UPDATED_AT, Between(gte=iso(since), lte=iso(until)))
    await session.incidents.refresh()
    async for hits in session.incidents.pages(Search(written, _OLDEST_FIRST, _AT_ONCE, fields=("numeric_id", CARRIED))):
        stored = [Stored(hit.id, hit.seq_no, hit.primary_term, hit.document) for hit in hits]
        await project(session, [each for each in stored if _is_found_elsewhere(each)])


def _is_found_elsewhere(incident: Stored) -> bool:
    """Whether it carries anything that is found without it."""
    return any(each.stands_alone for each in unpacked(incident.source, incident.id))


async def _publish_failed(ctx: Context) -> None:
    for tenant, ids in ctx.projected.take_failed(_AT_ONCE).items():
        try:
            await _publish(Session(ctx, tenant, *WHO), ids)
        except GatewayError as error:
            _log.info("the history of %d incidents is still carried: %s", len(ids), error)
            for each in ids:
                ctx.projected.fail(tenant, each)


async def _publish(session: Session, ids: Sequence[str]) -> None:
    await project(session, await session.incidents.get_many(ids))
