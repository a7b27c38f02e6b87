"""What an address says, and what a host hears of it."""

from pathlib import Path
from typing import Any

import pytest

from gateway.store.addresses import HostOptions, addresses
from gateway.store.exchange import EngineRequest
from tests.gateway.store.exchanges.peers import FINE, ask, opened, peer, saying

BASIC = "Basic aWNlOnA6QHMhLw=="
"""ice, p:@s!/"""


@pytest.mark.parametrize(
    ("url", "name", "port", "authorization"),
    [
        pytest.param("http://engine", "http://engine:9200", 9200, None, id="the engine's own port"),
        pytest.param("https://engine", "https://engine:443", 443, None, id="the port of https"),
        pytest.param(" http://engine:1/ ", "http://engine:1", 1, None, id="blanks and a slash"),
        pytest.param("http://[::1]:9", "http://[::1]:9", 9, None, id="IPv6"),
        pytest.param("https://lb/search/", "https://lb:443/search", 443, None, id="a path"),
        pytest.param("http://ice:p%3A%40s!%2F@engine", "http://engine:9200", 9200, BASIC, id="user and password"),
        pytest.param("http://ice@engine", "http://engine:9200", 9200, "Basic aWNlOg==", id="a user alone"),
    ],
)
def test_an_address(url: str, name: str, port: int, authorization: str | None) -> None:
    [address] = addresses(HostOptions((url,)))
    assert (address.name, address.port, address.authorization) == (name, port, authorization)


@pytest.mark.parametrize(
    ("urls", "sentence"),
    [
        pytest.param((), "no address of the engine is given", id="none"),
        pytest.param(
            ("",), "an empty text is no address of an engine, as http(s)://host:port is one", id="an empty one"
        ),
        pytest.param(
            ("engine:9200",), "engine:9200 is no address of an engine, as http(s)://host:port is one", id="no scheme"
        ),
        pytest.param(
            ("http://a", "ftp://u:secret@b"),
            "ftp://b is no address of an engine, as http(s)://host:port is one",
            id="another scheme",
        ),
        pytest.param(
            ("http://u:secret@a?x=1",),
            "http://a?x=1 is no address of an engine, as http(s)://host:port is one",
            id="a query",
        ),
        pytest.param(("http://u:secret@a:99999",), "the port of http://a:99999 is none", id="a port out of range"),
    ],
)
def test_what_is_no_address_is_said_without_its_password(urls: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        addresses(HostOptions(urls))
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("url", "files", "sentence"),
    [
        pytest.param("http://a", {"user": "user"}, "user and password are given both or not at all", id="a user alone"),
        pytest.param("https://a", {"key": "key"}, "the key is of no use without the certificate", id="a key alone"),
        pytest.param("http://a", {"ca": "ca"}, "certificates are of use with https only", id="for nobody"),
        pytest.param("https://a", {"ca": "none"}, "none cannot be used as certificate authority: ", id="no authority"),
        pytest.param("https://a", {"ca": "user"}, "user cannot be used as certificate authority", id="no such thing"),
        pytest.param("https://a", {"certificate": "user"}, "user cannot be used with its key: ", id="no certificate"),
        pytest.param("http://a", {"user": "user", "password": "none"}, "none cannot be read: ", id="no password"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_used(tmp_path: Path, url: str, files: dict[str, str], sentence: str) -> None:
    (tmp_path / "user").write_text("ice")
    paths: dict[str, Any] = {name: tmp_path / file for name, file in files.items()}
    with pytest.raises(ValueError, match=sentence):
        addresses(HostOptions((url,), **paths))


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """User and password, as a mounted secret has them."""
    (tmp_path / "user").write_text("ice\n")
    (tmp_path / "password").write_text("p:@s!/\n")
    return {"user": tmp_path / "user", "password": tmp_path / "password"}


REQUEST = EngineRequest("PUT", b"/a/_doc/%C3%A9?b=c", b"{}", write=True, headers=(("x-opaque-id", "7"),))
HEAD = (
    "PUT {path}/a/_doc/%C3%A9?b=c HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n{more}"
    "x-opaque-id: 7\r\ncontent-length: 2\r\n\r\n"
)


@pytest.mark.anyio
@pytest.mark.outside
@pytest.mark.parametrize(
    ("path", "options", "more"),
    [
        pytest.param("", (), "", id="an address alone"),
        pytest.param("/search", (), "", id="one with a path"),
        pytest.param("", ("user", "password"), f"authorization: {BASIC}\r\n", id="user and password from files"),
    ],
)
async def test_what_a_host_hears(path: str, options: tuple[str, ...], more: str, files: dict[str, Path]) -> None:
    async with peer(saying(FINE)) as host, opened(host.url + path, **{name: files[name] for name in options}) as hosts:
        await ask(hosts, REQUEST)
        head = HEAD.format(path=path, host=host.url.removeprefix("http://"), more=more)
        assert host.requests == [(head.encode(), b"{}")]
