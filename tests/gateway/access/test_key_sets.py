"""The keys of an issuer: when they are read again, and what holds while they cannot be."""

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme

from gateway.access.key_sets import KeySet, KeySets, reading
from gateway.problems import Unavailable
from tests.gateway.store.exchanges.peers import until
from tests.issuer import Publisher, SigningKey, key_set, publisher

pytestmark = [pytest.mark.anyio, pytest.mark.outside]

ONE, TWO = SigningKey("one"), SigningKey("two")


def sets(url: str, *, every: float = 3600, pause: float = 0, ca: Path | None = None) -> KeySets:
    return KeySets(reading(url, ca), ("ES256",), every=every, pause=pause)


def ids(held: KeySet) -> set[str | None]:
    return {kid for kid, _ in held.keys if kid}


def turned(issuer: Publisher, *keys: SigningKey) -> None:
    issuer.answer = (200, key_set(*(key.public() for key in keys)))


async def test_a_key_that_is_not_known_has_the_set_read_again() -> None:
    async with publisher(ONE) as issuer:
        held = sets(issuer.url)
        assert (ids(await held.knowing("one")), issuer.asked) == ({"one"}, 1)
        turned(issuer, ONE, TWO)
        assert (ids(await held.knowing("two")), issuer.asked) == ({"one", "two"}, 2)
        assert (ids(await held.knowing("one")), issuer.asked) == ({"one", "two"}, 2)
        await held.close()


async def test_strangers_do_not_make_it_ask_more_than_once_in_a_while() -> None:
    async with publisher(ONE) as issuer:
        held = sets(issuer.url, pause=3600)
        assert [ids(await held.knowing(f"stranger {number}")) for number in range(5)] == [{"one"}] * 5
        assert issuer.asked == 1
        await held.close()


async def test_it_is_read_again_in_time_while_nobody_waits() -> None:
    async with publisher(ONE) as issuer:
        held = sets(issuer.url, every=0.000001)
        await held.newest()
        turned(issuer, TWO)
        await held.newest()
        await until(lambda: issuer.asked > 1)
        async with asyncio.timeout(60):
            while ids(await held.newest()) != {"two"}:
                await asyncio.sleep(0.001)
        await held.close()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((500, b""), id="a failure"),
        pytest.param((302, b""), id="another place"),
        pytest.param((200, b"<html>"), id="a page"),
        pytest.param((200, b'{"keys":[]}'), id="no keys"),
        pytest.param((200, b'{"keys":{"a":1}}'), id="no list"),
        pytest.param((200, key_set(ONE.public(kid=["one"]), {"kty": "EC"}, {})), id="keys of no name and no kind"),
        pytest.param((200, key_set(SigningKey("rsa", "RSA").public())), id="no key that verifies"),
        pytest.param((200, b" " * (2**20 + 1)), id="more than a set has"),
    ],
)
async def test_the_set_before_stays_where_the_next_cannot_be_read(answer: tuple[int, bytes]) -> None:
    async with publisher(ONE) as issuer:
        held = sets(issuer.url)
        await held.newest()
        issuer.answer = answer
        assert (ids(await held.knowing("two")), issuer.asked) == ({"one"}, 2)
        turned(issuer, TWO)
        assert ids(await held.knowing("two")) == {"two"}
        await held.close()


async def test_there_is_none_before_the_first() -> None:
    async with publisher(ONE) as issuer:
        right, issuer.answer = issuer.answer, (503, b"")
        held = sets(issuer.url)
        with pytest.raises(Unavailable, match="cannot be read"):
            await held.newest()
        issuer.answer = right
        assert ids(await held.newest()) == {"one"}
        await held.close()


async def test_whose_certificate_is_trusted(tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    async with publisher(ONE, ssl=context) as issuer:
        trusting, other = sets(issuer.url, ca=tmp_path / "ca.pem"), sets(issuer.url)
        assert ids(await trusting.newest()) == {"one"}
        with pytest.raises(Unavailable):
            await other.newest()
        await trusting.close()
        await other.close()
