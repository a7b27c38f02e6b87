"""What a container is asked: whether the gateway with these settings is alive."""

from typing import Any

import pytest

from gateway import health
from gateway.dialects.settings import load
from tests.serving import serving


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        pytest.param({}, "http://127.0.0.1:8000/healthz", id="as it comes"),
        pytest.param({"host": "0.0.0.0", "port": 9000}, "http://127.0.0.1:9000/healthz", id="on every address"),
        pytest.param({"host": "::", "port": 9000}, "http://[::1]:9000/healthz", id="on every address of both kinds"),
        pytest.param({"host": "10.0.0.7"}, "http://10.0.0.7:8000/healthz", id="on one address"),
        pytest.param(
            {"tls_certificate": "a.pem", "tls_key": "a.key"}, "https://127.0.0.1:8000/healthz", id="speaking TLS"
        ),
    ],
)
def test_where_a_gateway_is_asked(settings: dict[str, Any], url: str) -> None:
    assert health.address(load(auth="keys", **settings)) == url


@pytest.mark.outside
def test_one_that_answers_is_alive_and_one_that_is_gone_is_not(
    opensearch_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(load(opensearch_url=opensearch_url)) as gateway:
        monkeypatch.setenv("GATEWAY_PORT", gateway.rpartition(":")[2])
        alive = health.main()
    assert (alive, capsys.readouterr().err, health.main()) == (0, "", 1)
    assert capsys.readouterr().err.startswith(f"{gateway}/healthz: ")
