"""Whether an engine can be used, and the address and the reason where it cannot."""

import asyncio
import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing as closes
from typing import Any

import pytest

from gateway.store.usable import EngineUnusable, require_usable
from tests.gateway.store.exchanges.peers import Answer, breaking, opened, peer, saying, silent
from tests.gateway.store.exchanges.test_tls import Certificates

pytestmark = [pytest.mark.anyio, pytest.mark.outside]

SECONDS = 60


def about(**version: str) -> Answer:
    """Answers as an engine of that version does."""
    return replying(200, json.dumps({"name": "n", "version": version, "tagline": "The OpenSearch Project"}))


def replying(status: int, body: str = "") -> Answer:
    return saying(f"HTTP/1.1 {status} -\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode())


FINE = about(number="3.8.0", distribution="opensearch")


async def why(*urls: str, seconds: float = SECONDS, **options: Any) -> str | None:
    async with opened(*urls, **options) as hosts:
        try:
            await require_usable(hosts.all, asyncio.get_running_loop().time() + seconds)
        except EngineUnusable as error:
            return str(error).removeprefix("the engine cannot be used: ")
    return None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(FINE, None, id="an engine"),
        pytest.param(about(number="4.0.0-SNAPSHOT", distribution="opensearch"), None, id="a newer one"),
        pytest.param(
            about(number="2.19.6", distribution="opensearch"),
            "OpenSearch 2.19.6 is too old; 3.0 or newer is wanted",
            id="an old one",
        ),
        pytest.param(about(number="9.1.0"), "it is no OpenSearch", id="a relative"),
        pytest.param(about(number="3.1", distribution="other"), "it is no OpenSearch", id="a distribution unknown"),
        pytest.param(about(number="new", distribution="opensearch"), "it is no OpenSearch", id="no number"),
        pytest.param(replying(200, "<html>"), "it is no OpenSearch", id="a page"),
        pytest.param(replying(200, "[]"), "it is no OpenSearch", id="other JSON"),
        pytest.param(replying(200), "it is no OpenSearch", id="nothing"),
        pytest.param(replying(404), "it answered 404", id="no such path"),
        pytest.param(replying(503), "it answered 503", id="not yet"),
        pytest.param(replying(401), "the user or the password is wrong or wanting", id="a wrong password"),
        pytest.param(
            replying(403),
            r"the user, or the signature, may not ask for its version \(cluster:monitor/main\)",
            id="a user without a role",
        ),
        pytest.param(saying(b"220 mail\r\n"), "the reply is no HTTP: .*", id="another protocol"),
        pytest.param(breaking(), "the connection broke: .*", id="a connection that breaks"),
    ],
)
async def test_why_an_engine_cannot_be_used(answer: Answer, reason: str | None) -> None:
    async with peer(answer) as host:
        told = await why(host.url.replace("//", "//user:secret@"))
        assert told is None if reason is None else re.fullmatch(f"{host.url}: {reason}", told or "")


async def test_who_does_not_answer_is_named_in_time() -> None:
    async with peer(silent) as host:
        assert await why(host.url, seconds=0.05) == f"{host.url}: no whole reply in time"


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address where connections are refused."""
    with closes(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


async def test_each_host_is_named_where_none_can_be_used(nobody: str) -> None:
    async with peer(replying(401)) as host:
        reasons = [f"{nobody}: connection refused", f"{host.url}: the user or the password is wrong or wanting"]
        assert await why(nobody, host.url) == "; ".join(sorted(reasons))


async def test_one_host_that_can_be_used_is_enough_and_no_other_is_waited_for(nobody: str) -> None:
    async with peer(silent) as hanging, peer(FINE) as host:
        assert await why(nobody, hanging.url, host.url) is None


async def test_a_name_that_nobody_has_is_told() -> None:
    assert await why("http://no-such-host.invalid:9200") == "http://no-such-host.invalid:9200: unknown host"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Made once."""
    return Certificates(tmp_path_factory.mktemp("usable"))


async def test_certificates_decide_with_whom_is_spoken(certificates: Certificates) -> None:
    shown: dict[str, Any] = {"ca": certificates.ca, "certificate": certificates.client}
    async with peer(FINE, certificates.server()) as host, peer(FINE, certificates.server(asks=True)) as asking:
        told = [await why(host.url), await why(asking.url, ca=certificates.ca)]
        assert [await why(host.url, ca=certificates.ca), await why(asking.url, **shown)] == [None, None]
    assert re.fullmatch(f"{host.url}: its certificate is not trusted: .*local issuer.*", told[0] or "")
    assert re.fullmatch(f"{asking.url}: the connection broke: .*; it may want a client certificate, .*", told[1] or "")
