"""How uvicorn serves the gateway, from the settings."""

import asyncio
import math
from collections.abc import Callable
from typing import cast

from starlette.types import ASGIApp
from uvicorn.config import Config

from gateway.serving.connections import Refusal
from gateway.serving.limits import limits
from gateway.serving.server import Protocols
from gateway.serving.tls import certificate
from gateway.settings import Settings

# Seconds; a worker that holds the interpreter for less is busy, not hung.
_HEALTHCHECK = 30


def configuration(
    app: ASGIApp | Callable[[], ASGIApp] | str, settings: Settings, refusal: Refusal, *, factory: bool = False
) -> Config:
    """uvicorn's configuration for the application, or with `factory` for one that the processes that serve make."""
    return Config(
        app,
        factory=factory,
        workers=settings.workers,
        loop="uvloop",
        # Anything that makes a protocol will do where a class is asked for.
        http=cast(type[asyncio.Protocol], Protocols(limits(settings), refusal, certificate(settings))),
        ws="none",
        lifespan="on",
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=[str(each) for each in settings.trusted_proxies],
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=math.ceil(settings.stop_grace),
        timeout_worker_healthcheck=_HEALTHCHECK,
    )
