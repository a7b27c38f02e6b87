"""Compressed bodies are decoded as they arrive, whatever pieces they come in; what is broken is told."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator

import pytest

from gateway.encodings import decoded
from gateway.problems import UnsupportedEncoding
from gateway.work import turns
from queries.errors import QueryError

pytestmark = pytest.mark.anyio

TEXT = b'{"title": "a", "description": "' + bytes(range(97, 123)) * 5000 + b'"}'


def _raw(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


async def _pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def _read(data: bytes, said: str, size: int = 1000) -> bytes:
    return b"".join([piece async for piece in decoded(_pieces(data, size), said)])


@pytest.mark.parametrize("size", [1, 7, 100_000], ids=["byte by byte", "in pieces", "at once"])
@pytest.mark.parametrize(
    ("said", "data"),
    [
        pytest.param("", TEXT, id="as it is"),
        pytest.param("identity", TEXT, id="as it is, and says so"),
        pytest.param("gzip", gzip.compress(TEXT), id="gzip"),
        pytest.param("X-GZIP ", gzip.compress(TEXT), id="gzip under its old name, whatever the case"),
        pytest.param("gzip", gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:]), id="two members"),
        pytest.param("deflate", zlib.compress(TEXT), id="deflate"),
        pytest.param("deflate", _raw(TEXT), id="deflate without a head"),
    ],
)
async def test_what_is_read(said: str, data: bytes, size: int) -> None:
    assert await _read(data, said, size) == TEXT


@pytest.mark.parametrize("said", ["gzip", "deflate"])
async def test_no_body_is_none(said: str) -> None:
    assert await _read(b"", said) == b""


@pytest.mark.parametrize(
    ("said", "data"),
    [
        pytest.param("gzip", TEXT, id="what is not compressed"),
        pytest.param("gzip", gzip.compress(TEXT)[:-1], id="what has no end"),
        pytest.param("gzip", gzip.compress(TEXT) + b"more", id="what has more behind it"),
        pytest.param("gzip", zlib.compress(TEXT), id="deflate that says gzip"),
        pytest.param("deflate", zlib.compress(TEXT)[:-1], id="deflate that has no end"),
    ],
)
async def test_what_is_broken(said: str, data: bytes) -> None:
    with pytest.raises(QueryError, match=f"the body is no whole {said}"):
        await _read(data, said)


@pytest.mark.parametrize("said", ["br", "zstd", "gzip, gzip", "deflate, gzip", "identity, gzip", "compress"])
async def test_what_is_not_read(said: str) -> None:
    with pytest.raises(UnsupportedEncoding, match="send gzip or deflate"):
        await _read(TEXT, said)


async def test_a_bomb_comes_in_pieces() -> None:
    bomb = gzip.compress(bytes(2**24))
    sizes = [len(piece) async for piece in decoded(_pieces(bomb, len(bomb)), "gzip")]
    assert (sum(sizes), max(sizes)) == (2**24, 2**16)


async def test_members_of_nothing_keep_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST", 0)
    members = gzip.compress(b"") * 500
    reading = asyncio.create_task(_read(members, "gzip", len(members)))
    passes = 0
    while not reading.done():
        await asyncio.sleep(0)
        passes += 1
    assert (reading.result(), passes > 400) == (b"", True)
