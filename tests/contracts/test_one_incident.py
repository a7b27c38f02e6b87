"""One incident, all faces: made through each dialect, read and changed through every other."""

from typing import Any

import httpx2
import pytest

from tests.contracts.faces import ALL, FACES, answered, make, native, settle, words, write

pytestmark = pytest.mark.anyio

Client = httpx2.AsyncClient
Words = tuple[str | None, str]

TITLE = "One: of all"

MADE = [
    # (made through, severity, status): as `_im`, incidents v1, Log360, BigPanda and Actian show it
    (
        ("im", "critical", "new"), ("critical", "new"), ("CRITICAL", "OPEN"), ("Critical", "Open"),
        ("critical", "critical"), ("HIGH", "OPEN"),
    ), (
        ("im", "high", "in_progress"), ("high", "in_progress"), ("HIGH", "OPEN"), ("Trouble", "In Progress"),
        ("critical", "critical"), ("HIGH", "OPEN"),
    ), (
        ("im", "medium", "on_hold"), ("medium", "on_hold"), ("MEDIUM", "OPEN"), ("Trouble", "In Progress"),
        ("warning", "warning"), ("MEDIUM", "OPEN"),
    ), (
        ("im", "low", "resolved"), ("low", "resolved"), ("LOW", "RESOLVED"), ("Attention", "Closed"),
        ("warning", "ok"), ("LOW", "CLOSED"),
    ), (
        ("im", "info", "false_positive"), ("info", "false_positive"), ("INFO", "RESOLVED"), ("Attention", "Closed"),
        ("unknown", "ok"), ("LOW", "CLOSED"),
    ), (
        ("incidents_v1", "Sev2", "OPEN"), ("high", "new"), ("Sev2", "OPEN"), ("Trouble", "Open"),
        ("critical", "critical"), ("HIGH", "OPEN"),
    ), (
        ("incidents_v1", "moderate", "RESOLVED"), ("medium", "closed"), ("moderate", "RESOLVED"), ("Trouble", "Closed"),
        ("warning", "ok"), ("MEDIUM", "CLOSED"),
    ), (
        ("incidents_v1", "whatever", "OPEN"), ("info", "new"), ("whatever", "OPEN"), ("Attention", "Open"),
        ("unknown", "unknown"), ("LOW", "OPEN"),
    ), (
        ("log360", "critical", "open"), ("critical", "new"), ("CRITICAL", "OPEN"), ("Critical", "Open"),
        ("critical", "critical"), ("HIGH", "OPEN"),
    ), (
        ("log360", "trouble", "in_progress"), ("high", "in_progress"), ("HIGH", "OPEN"), ("Trouble", "In Progress"),
        ("critical", "critical"), ("HIGH", "OPEN"),
    ), (
        ("log360", "attention", "closed"), ("low", "closed"), ("LOW", "RESOLVED"), ("Attention", "Closed"),
        ("warning", "ok"), ("LOW", "CLOSED"),
    ), (
        ("bigpanda", "critical", "alert"), ("critical", "new"), ("CRITICAL", "OPEN"), ("Critical", "Open"),
        ("critical", "critical"), ("HIGH", "OPEN"),
    ), (
        ("bigpanda", "warning", "alert"), ("medium", "new"), ("MEDIUM", "OPEN"), ("Trouble", "Open"),
        ("warning", "warning"), ("MEDIUM", "OPEN"),
    ), (
        ("bigpanda", "unknown", "alert"), (None, "new"), (None, "OPEN"), ("Attention", "Open"),
        ("unknown", "unknown"), (None, "OPEN"),
    ), (
        ("bigpanda", "ok", "alert"), ("info", "closed"), ("INFO", "RESOLVED"), ("Attention", "Closed"),
        ("ok", "ok"), ("LOW", "CLOSED"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("made", "shown"), [pytest.param(row[0], row[1:], id=": ".join(row[0])) for row in MADE])
async def test_what_one_dialect_makes_every_other_shows_in_its_own_words(
    client: Client, made: tuple[str, str, str], shown: tuple[Words, ...]
) -> None:
    origin, severity, status = made
    number = await make(client, origin, TITLE, severity, status)
    assert tuple([await words(client, name, number) for name in FACES]) == shown
    assert {await face.title(client, number) for face in FACES.values() if face.title} == {TITLE}
    assert (await native(client, number))["origin"] == origin


CHANGED = [
    # (made as, changed through, with, what `_im` then has: severity, status)
    (("medium", "on_hold"), "log360", {"severity": "trouble", "status": "in_progress"}, ("medium", "on_hold")),
    (("info", "new"), "log360", {"severity": "attention", "status": "open"}, ("info", "new")),
    (("low", "false_positive"), "log360", {"severity": "attention", "status": "closed"}, ("low", "false_positive")),
    (("low", "new"), "log360", {"severity": "critical", "status": "closed"}, ("critical", "closed")),
    (("low", "resolved"), "log360", {"status": "open"}, ("low", "new")),
    (("low", "resolved"), "log360", {"status": "in_progress"}, ("low", "in_progress")),
    (("medium", "on_hold"), "incidents_v1", {"status": "OPEN"}, ("medium", "on_hold")),
    (("medium", "resolved"), "incidents_v1", {"status": "RESOLVED"}, ("medium", "resolved")),
    (("medium", "on_hold"), "incidents_v1", {"status": "RESOLVED"}, ("medium", "closed")),
    (("medium", "resolved"), "incidents_v1", {"status": "OPEN"}, ("medium", "new")),
    (("medium", "new"), "incidents_v1", {"severity": "sev1"}, ("critical", "new")),
    (("medium", "new"), "im", {"severity": "high", "status": "false_positive"}, ("high", "false_positive")),
    (("medium", "on_hold"), "bigpanda", {"comments": {"comment": "seen"}}, ("medium", "on_hold")),
    (("medium", "on_hold"), "bigpanda", {"resolve": {}}, ("medium", "closed")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "through", "fields", "left"),
    [pytest.param(*row, id=f"{row[0]} by {row[1]} {row[2]}") for row in CHANGED],
)
async def test_a_coarse_write_erases_nothing_finer(
    client: Client, made: tuple[str, str], through: str, fields: dict[str, Any], left: tuple[str, str]
) -> None:
    number = await make(client, "im", TITLE, *made)
    await write(client, through, number, fields)
    assert await words(client, "im", number) == left


async def test_raw_words_survive_until_another_dialect_means_something_else(client: Client) -> None:
    number = await make(client, "incidents_v1", TITLE, "Sev2", "OPEN")
    await write(client, "log360", number, {"severity": "trouble"})
    assert (await words(client, "incidents_v1", number))[0] == "Sev2"
    await write(client, "log360", number, {"severity": "critical"})
    assert (await words(client, "incidents_v1", number))[0] == "CRITICAL"
    await write(client, "im", number, {"severity": "high"})
    assert (await words(client, "incidents_v1", number))[0] == "Sev2"


async def test_a_reopening_is_recorded_once_and_told_by_each(client: Client) -> None:
    number = await make(client, "im", TITLE, "high", "resolved")
    await write(client, "incidents_v1", number, {"status": "OPEN"})
    found = await native(client, number)
    assert "resolved_at" not in found
    told = answered(await client.get(f"/_im/incidents/{found['_meta']['id']}/activities"))["docs"]
    assert [(each["type"], each["dialect"]) for each in told if each["type"] != "updated"] == [
        ("reopened", "incidents_v1"),
        ("created", "im"),
    ]
    detail = answered(await client.get(f"/api/v2/incident/{number}"))["data"]
    assert [each["activity"] for each in detail["activity"]][-1] == "Incident Created"
    assert len(detail["activity"]) == len(told)


async def test_a_note_made_through_one_is_a_note_of_all(client: Client) -> None:
    number = await make(client, "log360", TITLE, "trouble", "open")
    answered(await client.post(f"/v1/incidents/{number}/notes", json={"body": "from v1"}))
    await write(client, "log360", number, {"notes": ["from Log360"]})
    incident_id = (await native(client, number))["_meta"]["id"]
    answered(await client.post(f"/_im/incidents/{incident_id}/notes", json={"body": "from _im"}))
    texts = {"from v1", "from Log360", "from _im"}
    assert {each["body"] for each in answered(await client.get(f"/_im/incidents/{incident_id}/notes"))["docs"]} == texts
    assert {each["body"] for each in answered(await client.get(f"/v1/incidents/{number}/notes"))} == texts
    assert {each["note"] for each in answered(await client.get(f"/api/v2/incident/{number}"))["data"]["notes"]} == texts
    assert (await native(client, number))["comment"] == "from _im"
    hex_id = (await native(client, number))["hex_id"]
    answered(await client.post(f"{ALL}/{hex_id}/comments", json={"comment": "from BigPanda"}))
    told = answered(await client.get(f"/resources/v2.0/incidents/{hex_id}/activities?types=incident_commented"))
    assert {each["params"]["comment"] for each in told["items"]} == {*texts, "from BigPanda"}
    assert len(answered(await client.get(f"/v1/incidents/{number}/notes"))) == 4


@pytest.mark.parametrize("name", [name for name, face in FACES.items() if face.make])
async def test_each_reads_at_once_what_it_wrote(client: Client, name: str) -> None:
    """By number, without a refresh: a name of the incident resolves as soon as it is made."""
    said = {"im": ("high", "new"), "incidents_v1": ("sev2", "OPEN"), "log360": ("trouble", "open")}
    number = await make(client, name, f"At once: by {name}", *said.get(name, ("critical", "alert")))
    assert answered(await client.get(f"/v1/incidents/{number}"))["title"] == f"At once: by {name}"
    assert answered(await client.get(f"/api/v2/incident/{number}"))["data"]["activity"]


async def test_deleted_through_one_it_is_gone_from_all(client: Client) -> None:
    number = await make(client, "im", TITLE, "high", "new")
    answered(await client.request("DELETE", "/api/v2/incident", json={"incident_ids": [number]}))
    assert (await client.get(f"/v1/incidents/{number}")).status_code == 404
    assert (await client.get(f"/api/v2/incident/{number}")).status_code == 400
    await settle(client)
    assert answered(await client.get("/_im/incidents", params={"numeric_id": number}))["docs"] == []
