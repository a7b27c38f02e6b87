"""The demo's outages: what is planned of them, and what BigPanda's API shows once they have happened."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx2
import pytest

from gateway.demo.arrangements import ENVIRONMENTS, TAGS, arrange
from gateway.demo.calendar import moments
from gateway.demo.operating import Beat, Merge, Signal, Split, tell
from gateway.demo.outages import outages
from gateway.demo.stage import Stage
from gateway.dialects.bigpanda.alerts import read
from gateway.dialects.bigpanda.definitions import id_of
from gateway.dialects.settings import load
from gateway.serving.app import running

TIMES = moments(datetime(2026, 11, 20, 12, tzinfo=UTC))
V2 = "/resources/v2.0"
ALL_FATES = 16

Json = dict[str, Any]


def keys(outage: Sequence[Beat]) -> set[str]:
    sent = [each for each in outage if isinstance(each, Signal)]
    return {event.key for each in sent for event in read(each.sent, each.at)}


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        pytest.param(0, [], id="none"),
        pytest.param(1, [1], id="one"),
        pytest.param(4, [1, 1, 1, 1], id="too few for a merge"),
        pytest.param(6, [5, 1], id="a merge of four, and the one that is split off"),
        pytest.param(24, [5, *[1] * 16, 3], id="a merge of three"),
        pytest.param(40, [5, *[1] * 16, 3, *[1] * 16], id="many"),
    ],
)
def test_so_many_incidents_come_of_the_outages(count: int, sizes: list[int]) -> None:
    told = outages(Random(1), count, TIMES)
    assert [len(keys(each)) + sum(isinstance(beat, Split) for beat in each) for each in told] == sizes
    assert len({key for each in told for key in keys(each)}) == sum(len(keys(each)) for each in told)


def test_what_happens_comes_in_its_order_and_is_over_by_now() -> None:
    for each in outages(Random(1), 100, TIMES):
        before = [beat for beat in each if not isinstance(beat, Merge | Split)]
        at = [beat.at for beat in before]
        assert each[: len(before)] == before
        assert (at == sorted(at), TIMES[0] <= at[0], at[-1] <= TIMES[-1]) == (True, True, True)


P1, P2 = {"priority": "p1"}, {"priority": "p2"}
TAGGED = ["incident_tag_updated", "incident_tag_updated"]
CREATED, BY_ALERTS, COMMENTED = "incident_created", "incident_resolved_by_alerts", "incident_commented"
AGAIN, FLAPS = [BY_ALERTS, "incident_reopened"], "incident_become_flapping"
FLAPPING = [CREATED, *AGAIN, BY_ALERTS, FLAPS, "incident_reopened"]
HANDLED = [CREATED, "incident_assigned", *TAGGED, COMMENTED, BY_ALERTS]
MOVED = ["incident_merged_destination", COMMENTED, "incident_splitted_source", COMMENTED]

SHOWN = {
    "db-11 app-11a app-11b": (
        "critical", "critical", ["active"],
        P1 | {"customers": ["Alder Foods", "Birch Logistics", "Cedar Bank", "Dogwood Energy"]},
        [CREATED, "incident_assigned", *TAGGED, *MOVED],
    ),
    "mail-11": ("warning", "warning", ["active", "unhandled"], {}, [CREATED, "incident_splitted_destination"]),
    "edge-12": (
        "critical", "critical", ["active", "shared"],
        P1 | {"customers": ["Alder Foods", "Birch Logistics", "Dogwood Energy"]},
        [CREATED, *TAGGED, "incident_assigned", "incident_shared"],
    ),
    "db-13": ("warning", "warning", ["snoozed"], {}, [CREATED, COMMENTED, "incident_snoozed"]),
    "db-14": ("critical", "critical", ["active", "unhandled", "flapping"], {}, FLAPPING),
    "mq-15": ("warning", "warning", ["active", "unhandled", "maintenance"], {}, [CREATED]),
    "db-16": (
        "ok", "unknown", ["resolved"], {"priority": "p3", "root_cause": "export moved to a replica of its own"},
        [CREATED, "incident_assigned", *TAGGED, "incident_resolved_api", COMMENTED],
    ),
    "mq-17": ("warning", "warning", ["active", "unhandled"], {}, [CREATED]),
    "web-18": ("ok", "critical", ["resolved"], P2 | {"customers": ["Alder Foods", "Cedar Bank"]}, HANDLED),
    "mq-19": ("ok", "critical", ["resolved"], {}, [CREATED, BY_ALERTS]),
    "app-20": ("ok", "critical", ["resolved"], {}, [*FLAPPING, FLAPS, BY_ALERTS]),
    "mq-21": ("ok", "warning", ["resolved"], {}, [CREATED, BY_ALERTS]),
    "edge-22": ("ok", "critical", ["resolved"], P2 | {"customers": ["Birch Logistics", "Dogwood Energy"]}, HANDLED),
}  # fmt: skip


@pytest.fixture
async def told(opensearch_url: str, tenant: str) -> None:
    """Outages of every kind have happened, and the last of them go on."""
    async with running(load(opensearch_url=opensearch_url)) as opened:
        await opened.ctx.tenants.provision(tenant)
        stage = Stage(opened.ctx, tenant, moments(opened.ctx.clock()), opened.settings.log360_zone)
        await arrange(stage)
        for each in outages(Random(1), ALL_FATES, stage.times):
            await tell(stage, each)
        await opened.ctx.store.incidents(tenant).refresh()


@pytest.mark.anyio
@pytest.mark.usefixtures("told")
async def test_bigpanda_shows_what_happened(client: httpx2.AsyncClient) -> None:
    answers = [await _page(client, page) for page in (1, 2)]
    shown = [row for each in answers for row in each["items"]]
    assert {_hosts(each): await _told(client, each) for each in shown} == SHOWN
    assert [each["total"] for each in answers] == [len(SHOWN), len(SHOWN)]
    found = {each.name: {_hosts(row) for row in shown if each.id in row["environments"]} for each in ENVIRONMENTS}
    assert found == {
        "Databases": {each for each in SHOWN if each.startswith("db-")},
        "What customers see": {"db-11 app-11a app-11b", "mail-11", "edge-12", "db-13", "db-14"},
    }


@pytest.mark.anyio
async def test_what_a_tenant_has_set_up_itself_stays(
    client: httpx2.AsyncClient, opensearch_url: str, tenant: str
) -> None:
    made = (await client.post(f"{V2}/environments", json={"name": "Mine", "filter": "host = mine"})).json()
    await client.post(f"{V2}/incidents/tags/definitions", json={"name": "Mine", "type": "Text"})
    async with running(load(opensearch_url=opensearch_url)) as opened:
        for _ in range(2):
            await arrange(Stage(opened.ctx, tenant, TIMES, opened.settings.log360_zone))
    environments = (await client.get(f"{V2}/environments")).json()
    assert environments[1:] == [made, *(asdict(each) for each in ENVIRONMENTS)]
    mine, *definitions = (await client.get(f"{V2}/incidents/tags/definitions")).json()
    assert [(each["id"], each["type"]) for each in definitions] == [(id_of(each.name), each.type) for each in TAGS]
    assert mine["id"] == "mine"


async def _page(client: httpx2.AsyncClient, page: int) -> Json:
    query = f"expand=alerts&page_size=10&page={page}"
    return dict((await client.get(f"{V2}/environments/all/incidents?{query}")).json())


def _hosts(incident: Json) -> str:
    return " ".join(tag["value"] for each in incident["alerts"] for tag in each["tags"] if tag["name"] == "host")


async def _told(client: httpx2.AsyncClient, incident: Json) -> tuple[Any, ...]:
    """Status, severity, folders and whether it flaps, tags, and what happened."""
    where = [*incident["folders"], *(["flapping"] if incident["flapping"] else [])]
    tags = {each["id"]: each["value"] for each in incident["incident_tags"]}
    answer = await client.get(f"{V2}/incidents/{incident['id']}/activities", params={"per_page": 100})
    types = [each["type"] for each in reversed(answer.json()["items"])]
    return incident["status"], incident["severity"], where, tags, types
