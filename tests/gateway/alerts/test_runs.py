"""Events of one key that come together: what becomes of them, and what is told, is as if they had come one by one."""

import re
from datetime import timedelta
from typing import Any

import pytest

from gateway.alerts.events import AlertEvent
from gateway.alerts.news import AT_ONCE
from tests import faults
from tests.faults import Proxy
from tests.gateway.alerts.stage import START, Stage, event

pytestmark = pytest.mark.anyio

ROWS: dict[str, list[tuple[str, float]]] = {
    # statuses, and the hours after the beginning
    "of one status": [("critical", 0), ("critical", 0.1), ("critical", 0.2)],
    "of several": [("warning", 0), ("critical", 0.1), ("ok", 0.2), ("unknown", 0.3)],
    "that flaps": [("critical", 0), *[("warning", 0.1), ("critical", 0.2)] * 3],
    "seen in between": [("critical", 0), ("acknowledged", 0.1), ("ok", 0.2), ("acknowledged", 0.3), ("critical", 0.4)],
    "seen before there was one": [("acknowledged", 0), ("critical", 0.1)],
    "that come late": [("critical", 0), ("ok", -1), ("warning", -2), ("ok", 1)],
    "that begin calm": [("ok", 0), ("ok", 0.1), ("critical", 0.2), ("ok", 0.3)],
    "of which some are of the past": [("critical", -50), ("ok", -49), ("critical", 0), ("ok", 0.1), ("warning", 0.2)],
}


def of(host: str, row: list[tuple[str, float]]) -> list[AlertEvent]:
    return [event(host, status, START + timedelta(hours=hours)) for status, hours in row]


async def is_there(stage: Stage, incident_id: str) -> Any:
    """An incident, its alerts and its history, without what numbers and names differ by."""
    incident, alerts = await stage.incident(incident_id), await stage.alerts(incident_id)
    told = await stage.activities(incident_id)
    shown = [incident, *alerts, *({name: each.get(name) for name in ("type", "changes", "params")} for each in told)]
    hidden = {"carried", "numeric_id", "tenant", "revision", "sequence", "document_bytes"}
    kept = [{name: value for name, value in each.items() if name not in hidden} for each in shown]
    return re.sub(r"[0-9a-f]{24}|i?[0-9a-f]{8}-[0-9a-f-]{27}|h[12]", "<>", "\n".join(map(repr, kept))).split("\n")


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in ROWS.items()])
async def test_together_or_one_by_one(stage: Stage, row: list[tuple[str, float]]) -> None:
    together = await stage.send(*of("h1", row))
    apart = [(await stage.send(each))[0] for each in of("h2", row)]
    ids = [list(dict.fromkeys(each.incident_id for each in made)) for made in (together, apart)]
    assert [ids[0].index(each.incident_id) for each in together] == [ids[1].index(each.incident_id) for each in apart]
    for one, other in zip(*ids, strict=True):
        assert await is_there(stage, one) == await is_there(stage, other)


async def test_as_many_as_a_version_carries_cost_as_much_as_one(proxied: Stage, proxy: Proxy) -> None:
    calls = list[str]()

    def count(request: faults.Request) -> bool:
        # Numbers are drawn in blocks, whatever they are for.
        calls.extend([] if "/im-registry/" in request.path else [request.path])
        return False

    made = await proxied.says("critical")
    proxy.hits, proxy.fault = count, faults.nothing
    await proxied.send(*of("db", [("warning", 0.1)]))
    one = len(calls)
    await proxied.send(*of("db", [(("critical", "warning")[i % 2], 1 + i / 3600) for i in range(2 * AT_ONCE)]))
    assert 0 < len(calls) - one <= 2 * one
    [alert] = await proxied.alerts(made.incident_id)
    assert (alert["last_event_at"], alert["status"]) == ("2026-11-22T09:03:19.000Z", "warning")
