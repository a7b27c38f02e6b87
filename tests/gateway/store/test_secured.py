"""A secured engine: TLS, a client certificate, user and password from files, and two hosts of which one dies."""

from pathlib import Path
from typing import Any

import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from gateway.store.usable import EngineUnusable
from tests.conftest import live
from tests.dialects.im.calls import IM, fresh_id, searched
from tests.gateway.store.exchanges.test_tls import Certificates
from tests.gateway.store.terminator import PASSWORD, USER, terminator

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Made once."""
    return Certificates(tmp_path_factory.mktemp("secured"))


@pytest.fixture
def shown(certificates: Certificates, tmp_path: Path) -> dict[str, Any]:
    """The settings of a gateway that is let in."""
    user, password = tmp_path / "user", tmp_path / "password"
    user.write_text(f"{USER}\n")
    password.write_text(f"{PASSWORD}\n")
    return {
        "opensearch_ca": certificates.ca,
        "opensearch_certificate": certificates.client,
        "opensearch_user": user,
        "opensearch_password": password,
    }


async def test_a_host_that_dies_costs_no_request(
    opensearch_url: str, tenant: str, certificates: Certificates, shown: dict[str, Any]
) -> None:
    tls = certificates.server(asks=True)
    async with terminator(opensearch_url, tls) as one, terminator(opensearch_url, tls) as two:
        settings = load(opensearch_url=f"{one.url},{two.url}", **shown)
        async with live(create_app(settings)) as client:
            client.headers["X-Scope-OrgID"] = tenant
            statuses = []
            for number in range(12):
                if number == 6:
                    await one.die()
                path = f"{IM}/incidents/{fresh_id()}"
                statuses.append((await client.post(f"{path}?refresh=true", json={"title": "t"})).status_code)
                statuses.append((await client.get(path)).status_code)
            ready = await client.get("/readyz")
            total = (await searched(client, size=0, with_total_docs=True))["total_docs"]
        await one.listen()
    assert statuses == [201, 200] * 12
    assert (ready.status_code, total) == (200, 12)
    assert (one.taken > 0, two.taken > 0) == (True, True)


@pytest.mark.parametrize(
    ("without", "reason"),
    [
        pytest.param("opensearch_certificate", "it may want a client certificate, or another one", id="no certificate"),
        pytest.param("opensearch_user", "the user or the password is wrong or wanting", id="no password"),
        pytest.param("opensearch_ca", "its certificate is not trusted: ", id="no authority"),
    ],
)
async def test_who_is_not_let_in_is_told_why(
    opensearch_url: str, certificates: Certificates, shown: dict[str, Any], without: str, reason: str
) -> None:
    gone = {without} | ({"opensearch_password"} if without == "opensearch_user" else set())
    async with terminator(opensearch_url, certificates.server(asks=True)) as host:
        settings = load(opensearch_url=host.url, **{name: shown[name] for name in shown.keys() - gone})
        with pytest.raises(EngineUnusable, match=f"^the engine cannot be used: {host.url}: .*{reason}"):
            async with live(create_app(settings)):
                pass
