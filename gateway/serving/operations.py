"""What an operator's tools ask of a running gateway, without a key: is it alive, is it ready, what has it done."""

import asyncio
import math
from functools import partial
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import telemetry, wire
from gateway.dialects import EXTENSIONS, speaking
from gateway.dialects.dialect import rendered
from gateway.incidents.session import Context
from gateway.problems import GatewayError
from gateway.settings import Settings
from gateway.state import State
from gateway.store import templates
from gateway.store.pit_slots import open_everywhere
from gateway.store.usable import EngineUnusable

_METRICS = "/metrics"
_PROBES = frozenset({"/healthz", "/readyz"})
_FRESH = {"Cache-Control": "no-store"}


async def healthz(_request: Request[State]) -> Response:
    """200 as long as the process serves at all."""
    return wire.reply({"status": "ok"}, headers=_FRESH)


async def readyz(request: Request[State]) -> Response:
    """200 while the engine answers and holds templates and registry, else 503 that says what is wanting, and why."""
    gateway = request.state["gateway"]
    if gateway.stopping.is_set():
        return wire.reply({"status": "stopping"}, 503, _FRESH)
    answer = await gateway.probes.once("ready", partial(_readiness, gateway.ctx))
    return wire.reply(answer, 200 if answer["status"] == "ok" else 503, _FRESH)


async def _readiness(ctx: Context) -> dict[str, Any]:
    there, reasons = {"engine": False, "templates": False, "registry": False}, dict[str, str]()
    deadline = asyncio.get_running_loop().time() + ctx.settings.probe_timeout
    try:
        await ctx.store.client.require_usable(deadline)
        there["engine"] = True
        async with asyncio.timeout_at(deadline):
            there["templates"] = await templates.in_place(ctx.store.client, EXTENSIONS)
            missing = await ctx.store.registry.loss(keys="keys" in ctx.settings.auth)
        there["registry"] = missing is None
        reasons = {"missing": missing} if missing else {}
    except EngineUnusable as error:
        reasons = {"reason": error.why}
    except (GatewayError, TimeoutError) as error:
        reasons = {"reason": str(error) or "the engine did not tell its templates in time"}
    return {"status": "ok" if all(there.values()) else "unavailable", **there, **reasons}


async def metrics(request: Request[State]) -> Response:
    """The series as Prometheus text; the count of open points in time is as of now, or NaN where nobody can tell."""
    gateway = request.state["gateway"]
    # Anybody may ask, and many at once: threads that write the series would hold up whoever is served.
    text = await gateway.probes.once("metrics", partial(_exposition, gateway.ctx))
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST, **_FRESH})


async def _exposition(ctx: Context) -> bytes:
    telemetry.OPEN_PITS.set(await _open_pits(ctx))
    return await run_in_threadpool(telemetry.exposition)


async def _open_pits(ctx: Context) -> float:
    try:
        async with asyncio.timeout(ctx.settings.probe_timeout):
            return await open_everywhere(ctx.store.registry, ctx.clock())
    except (GatewayError, TimeoutError):
        return math.nan


ROUTES = [
    Route("/healthz", healthz, name="gateway /healthz"),
    Route("/readyz", readyz, name="gateway /readyz"),
    Route(_METRICS, metrics, name="gateway /metrics"),
]


def layers(settings: Settings) -> list[Middleware]:
    """The layer that these settings ask for: one where metrics have a port of their own."""
    return [] if settings.metrics_port is None else [Middleware(Apart, metrics_port=settings.metrics_port)]


class Apart:
    """Serves metrics on their port alone, and on that port nothing else but whether the gateway is alive and ready."""

    def __init__(self, app: ASGIApp, metrics_port: int) -> None:
        self._app = app
        self._port = metrics_port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers that this port has no such path."""
        if scope["type"] != "http" or self._is_here(scope):
            await self._app(scope, receive, send)
        else:
            await rendered(speaking(_path(scope)), HTTPException(404), _path(scope))(scope, receive, send)

    def _is_here(self, scope: Scope) -> bool:
        path, port = _path(scope), scope["server"][1]
        return path in _PROBES or (path == _METRICS) == (port == self._port)


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope["root_path"])
