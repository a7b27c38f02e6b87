"""A peer: Starlette that passes the engine's own search on, and its bytes back, over the gateway's connection."""

import asyncio
import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.store.addresses import HostOptions
from gateway.store.exchange import EngineRequest
from gateway.store.hosts import Hosts

_TIMEOUT = 10
_hosts = Hosts(HostOptions((os.environ["ENGINE"],)))


async def _search(request: Request) -> Response:
    target = request.scope["raw_path"] + b"?" + request.scope["query_string"]
    sent = EngineRequest("POST", target, await request.body(), write=False)
    reply = await _hosts.exchange(sent, asyncio.get_running_loop().time() + _TIMEOUT)
    return Response(reply.body, reply.status, media_type="application/json")


app = Starlette(routes=[Route("/{index}/_search", _search, methods=["POST"])])
