"""A gateway that has counted something of everything, so that every question about it has an answer."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx2

from gateway.dialects.settings import load
from tests.serving import serving

_LINES = b'{"_meta": {"id": "nobody"}, "status": "resolved"}\n'


@contextmanager
def used(engine: str, tenant: str) -> Iterator[str]:
    """Its address, until the block ends; another in the same process, which is counted with it, is always too late."""
    with (
        serving(load(opensearch_url=engine)) as url,
        serving(load(opensearch_url=engine, request_timeout=1e-6)) as late,
    ):
        use(url, late, tenant)
        yield url


def use(url: str, late: str, tenant: str) -> None:
    """Has answers of each class, a bulk item, and a connection that the gateway ends."""
    with httpx2.Client(headers={"X-Scope-OrgID": tenant}, timeout=60) as client:
        client.post(f"{url}/_im/incidents", json={"title": "one"}).raise_for_status()
        client.get(f"{url}/_im/incidents").raise_for_status()
        lines = {"content-type": "application/x-ndjson"}
        client.post(f"{url}/_im/incidents/bulkUpdate", content=_LINES, headers=lines).raise_for_status()
        assert client.get(f"{url}/_im/incidents/none").status_code == 404
        assert client.get(f"{late}/_im/incidents").status_code >= 500
    address = urlsplit(url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=60) as nonsense:
        nonsense.sendall(b"nonsense\r\n\r\n")
        nonsense.recv(1)
