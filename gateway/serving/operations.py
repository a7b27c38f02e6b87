"""What an operator's tools ask of a running gateway, without a key: is it alive, is it ready, what has it done."""

import asyncio
import math

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import telemetry, wire
from gateway.dialects import EXTENSIONS
from gateway.incidents.session import Context
from gateway.problems import GatewayError
from gateway.state import State
from gateway.store import templates
from gateway.store.pit_slots import open_everywhere

_FRESH = {"Cache-Control": "no-store"}


async def healthz(_request: Request[State]) -> Response:
    """200 as long as the process serves at all."""
    return wire.reply({"status": "ok"}, headers=_FRESH)


async def readyz(request: Request[State]) -> Response:
    """200 while the engine answers and holds the templates, else 503 that says which is wanting, or of a stop."""
    if request.state["gateway"].stopping.is_set():
        return wire.reply({"status": "stopping"}, 503, _FRESH)
    engine = in_place = False
    ctx = request.state["gateway"].ctx
    try:
        async with asyncio.timeout(ctx.settings.probe_timeout):
            await ctx.store.client.call("GET", "/")
            engine = True
            in_place = await templates.in_place(ctx.store.client, EXTENSIONS)
    except (GatewayError, TimeoutError):
        pass
    ready = engine and in_place
    answer = {"status": "ok" if ready else "unavailable", "engine": engine, "templates": in_place}
    return wire.reply(answer, 200 if ready else 503, _FRESH)


async def metrics(request: Request[State]) -> Response:
    """The series as Prometheus text; the count of open points in time is as of now, or NaN where nobody can tell."""
    telemetry.OPEN_PITS.set(await _open_pits(request.state["gateway"].ctx))
    text = await run_in_threadpool(telemetry.exposition)
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST, **_FRESH})


async def _open_pits(ctx: Context) -> float:
    try:
        async with asyncio.timeout(ctx.settings.probe_timeout):
            return await open_everywhere(ctx.store.registry, ctx.clock())
    except (GatewayError, TimeoutError):
        return math.nan


ROUTES = [
    Route("/healthz", healthz, name="gateway /healthz"),
    Route("/readyz", readyz, name="gateway /readyz"),
    Route("/metrics", metrics, name="gateway /metrics"),
]
