"""A peer: the same without Starlette, one ASGI function; what a gateway in Python cannot go below."""

import asyncio
import os

from starlette.types import Receive, Scope, Send

from gateway.store.addresses import HostOptions
from gateway.store.exchange import EngineRequest
from gateway.store.hosts import Hosts

_TIMEOUT = 10
_hosts = Hosts(HostOptions((os.environ["ENGINE"],)))


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Passes one search on."""
    message = await receive()
    body = bytearray(message["body"])
    while message["more_body"]:
        message = await receive()
        body += message["body"]
    request = EngineRequest("POST", scope["raw_path"] + b"?" + scope["query_string"], bytes(body), write=False)
    reply = await _hosts.exchange(request, asyncio.get_running_loop().time() + _TIMEOUT)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(reply.body))]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
