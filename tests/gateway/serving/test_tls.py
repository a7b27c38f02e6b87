"""TLS: the handshake is bounded as a connection is, and a certificate is renewed without an end to anything."""

import signal
import socket
import ssl
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import cast

import pytest
import trustme

from gateway.serving.server import Protocols
from tests.gateway.serving.edges import program, tiny
from tests.gateway.serving.talking import Address, answered, answers, connected, get, post, to_end, until
from tests.gateway.serving.test_deadlines import SHORT, ended, timeouts
from tests.gateway.serving.test_room import is_over

pytestmark = pytest.mark.outside

AUTHORITY = trustme.CA()
BEGINNING = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"


class Files:
    """A certificate and its key in two files."""

    def __init__(self, folder: Path) -> None:
        self.certificate, self.key = folder / "certificate.pem", folder / "key.pem"
        self.renew()

    def renew(self, authority: trustme.CA = AUTHORITY) -> bytes:
        """Another pair; its certificate."""
        pair = authority.issue_cert("127.0.0.1", "gateway")
        self.certificate.write_bytes(b"".join(each.bytes() for each in pair.cert_chain_pems))
        self.key.write_bytes(pair.private_key_pem.bytes())
        return ssl.PEM_cert_to_DER_cert(pair.cert_chain_pems[0].bytes().decode())

    @property
    def settings(self) -> dict[str, Path]:
        """As settings."""
        return {"tls_certificate": self.certificate, "tls_key": self.key}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@contextmanager
def secured(address: Address) -> Iterator[ssl.SSLSocket]:
    """A secured connection of a client that knows the authority."""
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    with connected(address) as plain, context.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
        yield connection


def test_requests_are_answered_over_tls(files: Files) -> None:
    with tiny(**files.settings) as (running, _), secured(running.address) as connection:
        assert connection.version() == "TLSv1.3"
        connection.sendall(get("/x") + post("/y", b"body" * 50_000))
        found = [each.json for each in answered(connection, 2)]
        connection.sendall(get("/early", "Connection: close"))
        assert len(answers(to_end(connection))) == 1
    assert [(each["path"], each["scheme"], each["length"]) for each in found] == [
        ("/x", "https", 0),
        ("/y", "https", 200_000),
    ]


def test_one_that_has_ended_is_gone_without_the_collector(files: Files, uncollected: None) -> None:
    with tiny(**files.settings) as (running, _):
        with secured(running.address) as connection:
            connection.sendall(get("/x"))
            answered(connection)
            [left] = [weakref.ref(each) for each in running.server.server_state.connections]
        until(lambda: left() is None)


def test_what_comes_with_the_end_of_the_handshake_is_read(files: Files) -> None:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    with tiny(**files.settings) as (running, _), connected(running.address) as connection:
        while not _shaken(client):
            if sent := outgoing.read():
                connection.sendall(sent)
            incoming.write(connection.recv(2**16))
        client.write(get("/x"))
        connection.sendall(outgoing.read())
        incoming.write(connection.recv(2**16))
        assert b"HTTP/1.1 200 OK" in _read(client, incoming, connection)


def _shaken(client: ssl.SSLObject) -> bool:
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


def _read(client: ssl.SSLObject, incoming: ssl.MemoryBIO, connection: socket.socket) -> bytes:
    while True:
        try:
            return client.read(2**16)
        except ssl.SSLWantReadError:
            incoming.write(connection.recv(2**16))


@pytest.mark.parametrize("sent", [b"", BEGINNING], ids=["nothing", "the beginning of a handshake"])
def test_a_handshake_that_does_not_end_is_ended(files: Files, sent: bytes) -> None:
    before = ended("handshake")
    with tiny(**files.settings, **timeouts(header_timeout=SHORT)) as (running, _):
        with connected(running.address) as connection:
            connection.sendall(sent)
            until(lambda: is_over(connection))
        assert ended("handshake") == before + 1
        assert not running.server.server_state.connections


@pytest.mark.parametrize("sent", [get("/x"), BEGINNING * 1000], ids=["plain HTTP", "noise"])
def test_what_is_no_handshake_is_ended_at_once(files: Files, sent: bytes) -> None:
    before = ended("handshake")
    with tiny(**files.settings, **timeouts()) as (running, app), connected(running.address) as connection:
        connection.sendall(sent)
        with suppress(ConnectionError):
            to_end(connection)
        until(lambda: ended("handshake") == before + 1)
        assert not running.server.server_state.connections
    assert app.seen == []


def test_the_oldest_handshake_gives_way(files: Files) -> None:
    with tiny(**files.settings, connections=4) as (running, _), ExitStack() as stack:
        opened = [stack.enter_context(connected(running.address)) for _ in range(4)]
        until(lambda: len(running.server.server_state.connections) == 4)
        connection = stack.enter_context(secured(running.address))
        connection.sendall(get("/x"))
        answered(connection)
        until(lambda: is_over(opened[0]))
        assert [is_over(each) for each in opened] == [True, False, False, False]


@pytest.mark.parametrize("workers", [1, 2], ids=["one process", "two processes"])
def test_sighup_renews_the_certificate(files: Files, workers: int) -> None:
    with program(1024, secured, workers=workers, **files.settings) as running:
        with secured(running.address) as old:
            renewed = files.renew()
            running.process.send_signal(signal.SIGHUP)
            until(lambda: _certificates(running.address) == {renewed})
            if workers == 1:
                old.sendall(get("/x"))
                assert answered(old)[0].status == 200
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(60) == 0


def _certificates(address: Address) -> set[bytes | None]:
    found = set()
    for _ in range(10):
        with secured(address) as connection:
            found.add(connection.getpeercert(binary_form=True))
    return found


@pytest.mark.parametrize("broken", ["certificate", "key"])
def test_a_pair_that_does_not_fit_changes_nothing(files: Files, broken: str) -> None:
    with tiny(**files.settings) as (running, _):
        before = _certificates(running.address)
        certificate = cast(Protocols, running.server.config.http).certificate
        kept = files.certificate.read_bytes()
        files.renew()
        getattr(files, broken).write_bytes(kept if broken == "certificate" else b"none")
        with pytest.raises(ssl.SSLError):
            certificate.reload() if certificate else None
        assert _certificates(running.address) == before
