"""Signatures of requests: what arrives is what was signed."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from gateway.store.addresses import HostOptions, addresses
from gateway.store.exchange import EngineRequest, NotSent
from gateway.store.signing import aws_signer
from tests.gateway.store.peers import FINE, READ, ask, opened, peer, saying

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SEARCH = b"/im-incidents-a/_search?ignore_unavailable=true&cancel_after_time_interval=10000ms&a=%2Fb"


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """As AWS gives them to a process."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.anyio
@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(EngineRequest("POST", SEARCH, b'{"size":1}', write=False), id="a search"),
        pytest.param(
            EngineRequest("PUT", b"/a/_doc/x%2Ey", b"{}", write=True, headers=(("x-opaque-id", "7"),)), id="an id"
        ),
        pytest.param(EngineRequest("GET", b"/", None, write=False), id="no body"),
    ],
)
async def test_the_signature_is_that_of_what_arrives(request_: EngineRequest, credentials: None) -> None:
    async with peer(saying(FINE)) as host, opened(host.url, signer=aws_signer("eu-north-1")) as hosts:
        await ask(hosts, request_)
        [(head, body)] = host.requests
        assert signature_in(head) == signature_of(head, body)


def signature_in(head: bytes) -> str:
    signature = re.search(rb"\r\nauthorization: AWS4-HMAC-SHA256 .*Signature=([0-9a-f]{64})\r\n", head)
    assert signature
    return signature[1].decode()


def signature_of(head: bytes, body: bytes) -> str:
    """The signature, calculated anew from the bytes that arrived."""
    first, *lines = head.decode().strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    signed = headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    url = f"http://{headers['host']}{target}"
    request = AWSRequest(method, url, {name: headers[name] for name in signed}, body)
    request.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(Credentials(KEY, SECRET), "es", "eu-north-1")
    return str(auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request))


def failing(*_request: Any) -> Mapping[str, str]:
    raise RuntimeError("the role is gone")


@pytest.mark.anyio
async def test_what_cannot_be_signed_is_not_sent() -> None:
    async with peer(saying(FINE)) as host, opened(host.url, signer=failing) as hosts:
        with pytest.raises(NotSent, match="could not be signed: the role is gone"):
            await ask(hosts, READ)
        assert host.requests == []


def test_a_request_that_is_signed_carries_no_password() -> None:
    with pytest.raises(ValueError, match="requests are signed or carry a password, not both"):
        addresses(HostOptions(("http://ice:secret@engine",), signer=failing))
