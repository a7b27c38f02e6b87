"""The heads of requests to one host."""

import asyncio
from collections.abc import Iterable, Mapping

from gateway.store.addresses import Address
from gateway.store.exchange import EngineRequest, NotSent, Signer

_SAFE = bytes(range(0x21, 0x7F))


class Heads:
    """Writes heads, with the user and password of the address, or signed."""

    def __init__(self, address: Address, signer: Signer | None) -> None:
        self._address, self._signer = address, signer
        self._prefix = address.path.encode()
        # The engine reads the lines of `_bulk` under this type too.
        self._always = {"host": address.authority, "content-type": "application/json"}
        if address.authorization:
            self._always["authorization"] = address.authorization
        self._lines = _lines(self._always.items())

    async def of(self, request: EngineRequest, deadline: float) -> bytes:
        """The head of this request. Raises NotSent if it cannot be signed in time, ValueError for what is no head."""
        target = self._prefix + request.path
        if target.translate(None, _SAFE):
            raise ValueError("the path of a request to the engine is not percent-encoded")
        if self._signer:
            lines = _lines((await self._signed(self._signer, request, target, deadline)).items())
        else:
            lines = self._lines + _lines(request.headers)
        length = len(request.body or b"")
        return b"%b %b HTTP/1.1\r\n%bcontent-length: %d\r\n\r\n" % (request.method.encode(), target, lines, length)

    async def _signed(
        self, signer: Signer, request: EngineRequest, target: bytes, deadline: float
    ) -> Mapping[str, str]:
        url = f"{self._address.origin}{target.decode()}"
        headers = self._always | dict(request.headers)
        try:
            # A signer may ask another server for its credentials, and hashes the body: neither may hold up the loop.
            async with asyncio.timeout_at(deadline):
                signed = await asyncio.to_thread(signer, request.method, url, request.body, headers)
        except Exception as error:
            raise NotSent(self._address.name, f"the request could not be signed: {error or repr(error)}") from error
        return headers | {name.lower(): value for name, value in signed.items()}


def _lines(headers: Iterable[tuple[str, str]]) -> bytes:
    return b"".join([_line(name, value) for name, value in headers])


def _line(name: str, value: str) -> bytes:
    if not value.isprintable():
        raise ValueError(f"the header {name} of a request to the engine has no value for one line")
    return f"{name}: {value}\r\n".encode("latin-1")
