"""Many new alerts at once: in few calls, and each in one incident, also where some of the calls fail."""

import pytest

from gateway.alerts import documents as alerts
from gateway.alerts.events import AlertEvent
from gateway.problems import GatewayError
from queries.criteria import Everything
from queries.searches import Search
from tests import faults
from tests.faults import Fault, Proxy, Request
from tests.gateway.alerts.stage import Stage, event

pytestmark = pytest.mark.anyio

EVENTS: list[AlertEvent] = [event(f"h{i}", "critical") for i in range(50)]


async def is_each_in_one(stage: Stage) -> bool:
    """Whether each alert is the only one of one incident, which was made once, and no other incident is there."""
    made = await stage.send(*EVENTS)
    held = await alerts.of_incidents(stage.session, [each.incident_id for each in made])
    await stage.session.incidents.refresh()
    wanted = Search(Everything(), ({"numeric_id": {"order": "asc"}},), 1000)
    there = [hit.document async for page in stage.session.incidents.pages(wanted) for hit in page]
    told = await stage.told(made[-1].incident_id)
    assert {each.incident_id: [each.alert_id] for each in made} == {
        incident_id: [alert["alert_id"] for alert in some] for incident_id, some in held.items()
    }
    return len(there) == len(EVENTS) and {each["alert_count"] for each in there} == {1} and told.count("created") == 1


async def test_five_calls_do(proxied: Stage, proxy: Proxy) -> None:
    await proxied.says("critical", host="before")
    calls = list[str]()

    def count(request: Request) -> bool:
        # Numbers are drawn in blocks, whatever they are for.
        calls.extend([] if "/im-registry/" in request.path else [request.path])
        return False

    proxy.hits, proxy.fault = count, faults.nothing
    await proxied.send(*EVENTS)
    assert len(calls) <= 5


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.failing(503, "unavailable_shards_exception"), id="refused"),
        pytest.param(faults.lost, id="done, and nobody knows"),
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b'"kind":"incident_key"', id="the keys"),
        pytest.param(b'"kind":"incident",', id="the incidents"),
    ],
)
async def test_after_a_call_that_failed_the_same_again(proxied: Stage, proxy: Proxy, fault: Fault, said: bytes) -> None:
    proxy.hits = lambda request: said in request.body
    proxy.fault = fault
    with pytest.raises(GatewayError):
        await proxied.send(*EVENTS)
    proxy.fault = None
    assert await is_each_in_one(proxied)


async def test_a_key_that_another_has_first_is_of_its_alert(proxied: Stage, proxy: Proxy) -> None:
    proxy.hits = lambda request: b'"kind":"incident_key"' in request.body and b'"key-' in request.body
    proxy.fault = faults.meanwhile(lambda: proxied.says("warning", host="h7"), first=True)
    assert await is_each_in_one(proxied)
