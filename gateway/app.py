"""The application: dialects mounted, middleware around them, and the parts of a running gateway."""

import gc
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from gateway import attack, openapi, operations, templates
from gateway.dialects import DIALECTS, speaking
from gateway.dialects.dialect import rendered
from gateway.incidents import moving, registry
from gateway.incidents.context import AlertRules, Clock, Context, utc_now
from gateway.incidents.pits import Pits
from gateway.incidents.reading import Reader
from gateway.incidents.sequences import Sequences
from gateway.incidents.tenants import Tenants
from gateway.incidents.vocabulary import vocabulary
from gateway.keys import Keyring
from gateway.middleware.requests import Requests
from gateway.opensearch import OpenSearch
from gateway.serving.paths import Paths
from gateway.settings import Settings
from gateway.state import Gateway, State


def create_app(settings: Settings, clock: Clock = utc_now) -> Starlette:
    """The gateway as an ASGI application; its lifespan connects to the engine and puts the templates in place."""
    routes = [route for dialect in DIALECTS for route in dialect.routes()]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[State]:
        async with running(settings, clock) as gateway:
            gc.collect()
            gc.freeze()
            yield {"gateway": gateway, "stopping": gateway.stopping}

    app = Starlette(
        routes=[*routes, *operations.ROUTES, *openapi.routes(DIALECTS, settings.root_path or "/")],
        middleware=[Middleware(Requests), Middleware(Paths, root_path=settings.root_path)],
        exception_handlers={HTTPException: _unmatched},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


@asynccontextmanager
async def running(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[Gateway]:
    """The parts of a gateway over an engine that answers, once what another left undone is done.

    Raises GatewayError, TemplateError.
    """
    store = OpenSearch(settings)
    try:
        await templates.apply(store)
        secret = settings.secret.encode() if settings.secret else await _shared_secret(store)
        tenants = Tenants(store, custom_fields=settings.custom_fields, provision=settings.provision)
        ctx = Context(store, tenants, Sequences(store), vocabulary(settings), clock, _alert_rules(settings))
        await moving.replay(ctx)
        pits = Pits(ctx, settings, secret)
        keyring = Keyring(store, settings.key_cache)
        catalogue = attack.load(settings.attack_catalogue)
        try:
            yield Gateway(settings, ctx, Reader(ctx, pits), pits, keyring, catalogue, secret)
        finally:
            await pits.settle()
    finally:
        await store.close()


def _alert_rules(settings: Settings) -> AlertRules:
    window, reopening = (timedelta(seconds=each) for each in (settings.flapping_window, settings.reopen_window))
    return AlertRules(settings.flapping_changes, window, reopening)


async def _shared_secret(store: OpenSearch) -> bytes:
    """The secret that every gateway over this engine signs with, made by the first."""
    fresh = {"kind": "secret", "secret": secrets.token_hex(32)}
    entry = await registry.revise(store, "secret", lambda held: held or fresh)
    return bytes.fromhex(entry["secret"])


async def _unmatched(request: Request, error: Exception) -> Response:
    """A path or method that no route has, in the shape of the dialect whose prefix it has, else the native one's."""
    path = request.scope["path"]
    return rendered(speaking(path.removeprefix(request.scope["root_path"])), error, path)
