"""Who asks, and over what, is what the connection says, unless a proxy that is trusted says it."""

import pytest

from tests.gateway.serving.edges import tiny
from tests.gateway.serving.talking import get, said

pytestmark = pytest.mark.outside

ITSELF = ("127.0.0.1", "http")


@pytest.mark.parametrize(
    ("trusted", "headers", "told"),
    [
        pytest.param("", ["X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https"], ITSELF, id="nobody is trusted"),
        pytest.param("10.0.0.0/8", ["X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https"], ITSELF, id="another is"),
        pytest.param("127.0.0.1", ["X-Forwarded-For: 1.2.3.4"], ("1.2.3.4", "http"), id="the address"),
        pytest.param("127.0.0.0/8", ["X-Forwarded-For: 1.2.3.4"], ("1.2.3.4", "http"), id="a network that is trusted"),
        pytest.param("127.0.0.1", ["X-Forwarded-Proto: https"], ("127.0.0.1", "https"), id="the scheme"),
        pytest.param("127.0.0.1", ["X-Forwarded-Proto: gopher"], ITSELF, id="a scheme that is none"),
        pytest.param(
            "127.0.0.1", ["X-Forwarded-For: 6.6.6.6, 1.2.3.4"], ("1.2.3.4", "http"), id="not what the client claims"
        ),
        pytest.param(
            "127.0.0.1, 10.0.0.0/8",
            ["X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.1.1.1"],
            ("1.2.3.4", "http"),
            id="two proxies in a row",
        ),
        pytest.param(
            "127.0.0.1", ["X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 1.2.3.4"], ("1.2.3.4", "http"), id="two headers"
        ),
        pytest.param("127.0.0.1", ["Forwarded: for=1.2.3.4"], ITSELF, id="a header that is not read"),
        pytest.param("127.0.0.1", ["X-Forwarded-Host: elsewhere"], ITSELF, id="a host that is not believed"),
    ],
)
def test_a_forwarded_header_is_believed_from_a_trusted_proxy(
    trusted: str, headers: list[str], told: tuple[str, str]
) -> None:
    with tiny(trusted_proxies=trusted) as (running, _):
        [answer] = said(running.address, get("/x", "Connection: close", *headers))
    assert (answer.json["client"][0], answer.json["scheme"]) == told
    assert answer.json["headers"][0] == ["host", "gateway"]
