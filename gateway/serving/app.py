"""The application: dialects mounted, middleware around them, and the parts of a running gateway."""

import asyncio
import gc
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from gateway import attack, console, telemetry
from gateway.access.credentials import Credentials
from gateway.alerts import saga
from gateway.dialects import DIALECTS, EXTENSIONS, speaking
from gateway.dialects.dialect import rendered
from gateway.incidents.feed.feeds import Feeds
from gateway.incidents.model.rules import Rules, rules
from gateway.incidents.model.sizes import Limits
from gateway.incidents.model.vocabulary import vocabulary
from gateway.incidents.projected import Projected
from gateway.incidents.reading.search import Reader
from gateway.incidents.recovery import keep_published
from gateway.incidents.session import Clock, Context, utc_now
from gateway.incidents.writing.delete import replay as replay_deletions
from gateway.once.claims import keep_swept
from gateway.serving import browsers, openapi, operations
from gateway.serving.compression import Compression
from gateway.serving.middleware import Requests
from gateway.serving.paths import Exact, Paths
from gateway.settings import Settings
from gateway.state import Gateway, State
from gateway.store import Store, templates
from gateway.store.pits import Pits
from gateway.store.secrets import signing_secrets
from gateway.work.remembered import Remembered
from gateway.work.shared import Shared

_COMPRESSED = 1024
"""Bytes from which on an answer is compressed, for who asks."""
_LEVEL = 3
"""How hard it is tried: a page of 100 becomes a sixth of it in 0.3 ms, and no level makes it an eighth."""


def create_app(settings: Settings, clock: Clock = utc_now) -> Starlette:
    """The gateway as an ASGI application; its lifespan connects to the engine and puts the templates in place."""
    routes = [route for dialect in DIALECTS for route in dialect.routes()]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[State]:
        async with running(settings, clock) as gateway:
            gc.collect()
            gc.freeze()
            # What requests make is no cycle, and goes without it; errors that are told are, with what was read.
            gc.set_threshold(5_000, 10, 10)
            yield {"gateway": gateway, "stopping": gateway.stopping}

    app = Starlette(
        routes=[*routes, *console.routes(), *operations.ROUTES, *openapi.routes(DIALECTS, settings.root_path or "/")],
        middleware=[
            Middleware(Requests, settings=settings),
            *_tracing(settings),
            *browsers.layers(settings),
            Middleware(Compression, minimum_size=_COMPRESSED, compresslevel=_LEVEL),
            Middleware(Paths, root_path=settings.root_path),
            *operations.layers(settings),
            Middleware(Exact, routes=routes, root_path=settings.root_path),
        ],
        exception_handlers={HTTPException: _unmatched},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


@asynccontextmanager
async def running(settings: Settings, clock: Clock = utc_now, *, upgrade: bool = True) -> AsyncIterator[Gateway]:
    """The parts of a gateway over an engine that answers, once what another left undone is done.

    Indices that older gateways made have the new columns then, if they are to be upgraded. Raises EngineUnusable,
    GatewayError, TemplateError.
    """
    the_rules = rules(vocabulary(settings), EXTENSIONS, **_alert_times(settings), limits=_limits(settings))
    store = Store(settings, the_rules.fields.columns)
    try:
        await store.client.require_usable(asyncio.get_running_loop().time() + settings.opensearch_timeout)
        await templates.apply(store.client, EXTENSIONS, upgrade=upgrade)
        ctx = await _context(settings, store, the_rules, clock)
        await replay_deletions(ctx)
        await saga.replay(ctx)
        tending = [asyncio.create_task(each) for each in (keep_swept(store.registry, clock), keep_published(ctx))]
        catalogue = attack.load(settings.attack_catalogue)
        stopping = asyncio.Event()
        feeds, credentials = Feeds(stopping), Credentials(settings, store.registry)
        try:
            yield Gateway(ctx, credentials, catalogue, stopping, feeds)
        finally:
            await feeds.close()
            await credentials.close()
            for task in tending:
                task.cancel()
            await asyncio.gather(*tending, return_exceptions=True)
            ctx.reader.close()
            await ctx.pits.settle()
    finally:
        await store.close()


def _tracing(settings: Settings) -> list[Middleware]:
    """The layer that tells traces, if it is to be."""
    if not settings.traces:
        return []
    from gateway.serving.traced import Traced  # noqa: PLC0415 (what it needs is an extra)

    return [Middleware(Traced)]


async def _context(settings: Settings, store: Store, the_rules: Rules, clock: Clock) -> Context:
    telemetry.begin(settings.pits_total)
    secrets = await signing_secrets(settings, store.registry)
    pits = Pits(store, clock, settings, secrets)
    reader = Reader(store, pits, settings.search_window)
    kept = Projected(), Remembered[Hashable, Any](settings.request_memory), Shared[bytes]()
    return Context(settings, store, the_rules, pits, reader, secrets, *kept, clock)


def _alert_times(settings: Settings) -> dict[str, Any]:
    window, reopening = (timedelta(seconds=each) for each in (settings.flapping_window, settings.reopen_window))
    return {"flapping_changes": settings.flapping_changes, "flapping_window": window, "reopen_window": reopening}


def _limits(settings: Settings) -> Limits:
    return Limits(**{each.name: getattr(settings, each.name) for each in fields(Limits)})


async def _unmatched(request: Request, error: Exception) -> Response:
    """A path or method that no route has, in the shape of the dialect whose prefix it has, else the native one's."""
    path = request.scope["path"]
    return rendered(speaking(path, request.scope["root_path"]), error, path)
