"""Whether the engine can be used, and if not, at which address and why: for operators, before anything is asked."""

import asyncio
from collections.abc import Sequence

import msgspec

from gateway.store.exchange import Broken, EngineReply, EngineRequest, ExchangeError
from gateway.store.host import Host

OLDEST = 3
"""The major version from which on an OpenSearch can do what the gateway asks of it."""
_LOOK = EngineRequest("GET", b"/", None, write=False)
_REFUSALS = {
    401: "the user or the password is wrong or wanting",
    403: "the user, or the signature, may not ask for its version (cluster:monitor/main)",
}


class EngineUnusable(Exception):
    """No host of the engine can be used; `why` says it of each, without a password."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the engine cannot be used: {why}")
        self.why = why


class _Version(msgspec.Struct):
    number: str
    distribution: str


class _About(msgspec.Struct):
    version: _Version


async def require_usable(hosts: Sequence[Host], deadline: float) -> None:
    """Returns once a host answers as an OpenSearch that is new enough. Raises EngineUnusable if none does in time."""
    looks = [asyncio.create_task(_trouble(host, deadline)) for host in hosts]
    troubles = list[str]()
    try:
        for look in asyncio.as_completed(looks):
            trouble = await look
            if trouble is None:
                return
            troubles.append(trouble)
    finally:
        for task in looks:
            task.cancel()
        await asyncio.gather(*looks, return_exceptions=True)
    raise EngineUnusable("; ".join(sorted(troubles)))


async def _trouble(host: Host, deadline: float) -> str | None:
    """The host's address and why it cannot be used, or None."""
    try:
        reply = await host.exchange(_LOOK, deadline)
    except ExchangeError as error:
        # Who wants a client certificate ends the connection behind a handshake that went well (TLS 1.3).
        broke = isinstance(error, Broken) and host.name.startswith("https:")
        return f"{error}; it may want a client certificate, or another one" if broke else str(error)
    reason = fault_of(reply)
    return None if reason is None else f"{host.name}: {reason}"


def fault_of(reply: EngineReply) -> str | None:
    """Why who answers `GET /` so is not to be used, or None."""
    if reply.status != 200:
        return _REFUSALS.get(reply.status, f"it answered {reply.status}")
    try:
        version = msgspec.json.decode(reply.body, type=_About).version
        major = int(version.number.partition(".")[0])
    except ValueError:
        return "it is no OpenSearch"
    if version.distribution != "opensearch":
        return "it is no OpenSearch"
    return f"OpenSearch {version.number} is too old; {OLDEST}.0 or newer is wanted" if major < OLDEST else None
