"""Encrypted connections: whose certificate is trusted, and the gateway's own."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from msgspec.structs import replace

from gateway.store.exchange import Broken, EngineReply, NotSent
from tests.gateway.store.exchanges.peers import (
    FINE,
    OK,
    READ,
    WRITE,
    ask,
    closing,
    in_turn,
    opened,
    peer,
    saying,
    until,
)

pytestmark = [pytest.mark.anyio, pytest.mark.outside]


class Certificates:
    """An authority, a server's certificate and a client's, all of this run."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.ca = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(str(self.ca))
        self.client = folder / "client.pem"
        self._authority.issue_cert(
            "gateway@example.org", common_name="gateway"
        ).private_key_and_cert_chain_pem.write_to_path(str(self.client))

    def server(self, name: str = "127.0.0.1", *, asks: bool = False, **dates: Any) -> ssl.SSLContext:
        """What a server shows; with `asks`, only to those who show a certificate of the authority."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._authority.issue_cert(name, **dates).configure_cert(context)
        if asks:
            context.verify_mode = ssl.CERT_REQUIRED
            self._authority.configure_trust(context)
        return context


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Made once."""
    return Certificates(tmp_path_factory.mktemp("tls"))


async def test_a_connection_is_kept(certificates: Certificates) -> None:
    large = replace(WRITE, body=b"0123456789abcdef" * 2**18)
    async with peer(saying(FINE), certificates.server()) as host, opened(host.url, ca=certificates.ca) as hosts:
        assert [await ask(hosts, request) for request in (READ, large, WRITE)] == [OK] * 3
        assert (host.connections, host.requests[1][1] == large.body) == (1, True)


async def test_a_large_reply_is_whole(certificates: Certificates) -> None:
    body = b"0123456789abcdef" * 2**18
    answer = saying(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body), body)
    async with peer(answer, certificates.server()) as host, opened(host.url, ca=certificates.ca) as hosts:
        assert await ask(hosts, READ) == EngineReply(200, body)


async def test_a_write_after_the_peer_has_closed_goes_out_on_a_new_connection(certificates: Certificates) -> None:
    answer = in_turn(closing(FINE), saying(FINE))
    async with peer(answer, certificates.server()) as host, opened(host.url, ca=certificates.ca) as hosts:
        assert await ask(hosts, WRITE) == OK
        await until(lambda: not host.open)
        assert (await ask(hosts, WRITE), host.connections) == (OK, 2)


async def test_a_client_certificate_is_shown(certificates: Certificates) -> None:
    subjects: list[Any] = []

    async def answer(call: Any) -> None:
        subjects.append(call.writer.get_extra_info("peercert")["subject"])
        await call.say(FINE)

    options = {"ca": certificates.ca, "certificate": certificates.client}
    async with peer(answer, certificates.server(asks=True)) as host, opened(host.url, **options) as hosts:
        assert await ask(hosts, WRITE) == OK
        assert (("commonName", "gateway"),) in subjects[0]


Peers = Callable[[Certificates], ssl.SSLContext | None]
EXPIRED = {"not_before": datetime(2020, 1, 1, tzinfo=UTC), "not_after": datetime(2021, 1, 1, tzinfo=UTC)}
NOT_TRUSTED = "its certificate is not trusted: "


@pytest.mark.parametrize(
    ("tls", "scheme", "trusts", "error", "reason"),
    [
        pytest.param(
            Certificates.server, "https", False, NotSent, f"{NOT_TRUSTED}.*local issuer", id="an authority unknown"
        ),
        pytest.param(
            lambda those: those.server("a.example"), "https", True, NotSent, f"{NOT_TRUSTED}IP address mismatch",
            id="another's certificate",
        ),
        pytest.param(
            lambda those: those.server(**EXPIRED), "https", True, NotSent, f"{NOT_TRUSTED}certificate has expired",
            id="a certificate of years ago",
        ),
        pytest.param(lambda _those: None, "https", True, NotSent, "no TLS: ", id="a peer that speaks plainly"),
        pytest.param(Certificates.server, "http", False, Broken, "the connection broke", id="a peer that does not"),
        # By TLS 1.3 the client hears of it after its first words only.
        pytest.param(
            lambda those: those.server(asks=True), "https", True, Broken, "the connection broke",
            id="no certificate of ours",
        ),
    ],
)  # fmt: skip
async def test_why_there_is_no_connection_is_said(
    certificates: Certificates, tls: Peers, scheme: str, trusts: bool, error: type[Exception], reason: str
) -> None:
    answer, options = closing(b"HTTP/1.1 400 -\r\n\r\n"), {"ca": certificates.ca} if trusts else {}
    async with peer(answer, tls(certificates), reads=False) as host:
        url = f"{scheme}://127.0.0.1:{host.port}"
        async with opened(url, **options) as hosts:
            with pytest.raises(error, match=f"^{url}: {reason}"):
                await ask(hosts, WRITE)
