"""Incidents of every origin from a fixed seed, with alerts, tags of both kinds and comments; odd texts throughout."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx2

from gateway.alerts import documents as alerts
from gateway.alerts.events import AlertEvent
from gateway.alerts.intake import ingest
from gateway.incidents.reading import history
from gateway.incidents.session import Context, Session
from queries.criteria import Is, Where
from queries.fields import Column
from queries.searches import Search
from tests.live import loading

Json = dict[str, Any]

TAGS = ("host", "check", "Team", "REGION", "multi_value-1")
TEXTS = (
    *("srv-1", "SRV-1", "srv-10", "Srv-2", "srv*1", "srv?1", "srv", "a\\b", "a\\*b", "a*b", 'say "hi"', "it's", "(x)"),
    *("[y], z", "k=v", "a/b/c", "^a.b$", "äpfel", "Äpfel", "ÄPFEL", "日本", "🚨", "disk full", "Disk Full", "and", ""),
    *("a\tb", "line\nbreak", "{1}", "x|y", "~&#@<1-2>", "-", "null", "*", "10.0.0.1"),
)
SIZE = 60
INCIDENTS = Where(Column("kind", "keyword"), Is(("incident",)))
ORDER = ({"numeric_id": {"order": "asc"}},)

_STATUSES = ("critical", "warning", "unknown", "ok")


@dataclass(frozen=True)
class Known:
    """An incident as it is stored, with all that hangs on it."""

    incident_id: str
    document: Json
    alerts: Sequence[Json]
    comments: Sequence[str]


async def load(client: httpx2.AsyncClient, ctx: Context) -> list[Known]:
    """Makes the incidents as the client's tenant, and reads them again."""
    chance, session = Random(20261122), Session(ctx, client.headers["X-Scope-OrgID"], "ann", "bigpanda")
    await loading.create(
        client, ({"_meta": {"id": f"q{number:02}"}, **_incident(chance)} for number in range(SIZE - 15))
    )
    for number in range(0, SIZE - 15, 2):
        sent = [_alert(chance) for _ in range(chance.randint(1, 3))]
        await _post(client, f"/_im/incidents/q{number:02}/alerts", sent)
    for number in range(0, SIZE - 15, 3):
        for _ in range(chance.randint(1, 2)):
            await _post(client, f"/_im/incidents/q{number:02}/notes", {"body": _text(chance) or "seen"})
    await ingest(session, [_event(chance, f"key {n % 15}") for n in range(25)])
    return await _known(session)


async def _known(session: Session) -> list[Known]:
    await session.incidents.refresh()
    found = await session.find(Search(INCIDENTS, ORDER, 1000))
    attached = await alerts.of_incidents(session, [each.id for each in found.hits])
    known = []
    for each in found.hits:
        notes = await history.page(session, each.id, "note", size=100)
        comments = [note["body"] for note in notes.rows]
        known.append(Known(each.id, each.document, attached.get(each.id, []), comments))
    return known


async def _post(client: httpx2.AsyncClient, path: str, sent: Any) -> None:
    reply = await client.post(path, json=sent)
    assert reply.status_code == 201, reply.text


def _text(chance: Random) -> str:
    return chance.choice(TEXTS) if chance.random() < 0.7 else " ".join(chance.choices(TEXTS, k=2))


def _one_or_many(chance: Random) -> str | list[str]:
    return _text(chance) if chance.random() < 0.7 else [_text(chance) for _ in range(chance.randint(0, 3))]


def _tags(chance: Random, **more: Callable[[Random], Any]) -> list[Json]:
    names = chance.sample(TAGS, chance.randint(0, 3))
    extra = [{name: make(chance) for name, make in more.items()} for _ in names]
    return [
        {"name": _cased(chance, name), "value": _one_or_many(chance), **each}
        for name, each in zip(names, extra, strict=True)
    ]


def _cased(chance: Random, text: str) -> str:
    return chance.choice((text, text.lower(), text.upper()))


def _incident(chance: Random) -> Json:
    makers: dict[str, Callable[[Random], Any]] = {
        "description": _text,
        "source": _text,
        "comment": _text,
        "tags": lambda chance: [_text(chance) for _ in range(chance.randint(1, 3))],
        "labels": lambda chance: _tags(chance, type=lambda chance: chance.choice(("Text", "MultiValue"))),
        "severity": lambda chance: chance.choice(("critical", "high", "medium", "low", "info")),
        "status": lambda chance: chance.choice(("new", "in_progress", "closed")),
        "assignee": lambda chance: {name: _text(chance) for name in chance.sample(("name", "id", "email"), 2)},
        "ext": lambda chance: {"bigpanda": {"shared": chance.random() < 0.5, "maintenance": chance.choice(TEXTS[:3])}},
    }
    return {
        "title": _text(chance) or "t",
        **{name: make(chance) for name, make in makers.items() if chance.random() < 0.5},
    }


def _alert(chance: Random) -> Json:
    own = {name: _text(chance) for name in ("primary_property", "incident_key") if chance.random() < 0.5}
    said = {"status": chance.choice(_STATUSES), "description": _text(chance), "source": _text(chance)}
    said = {name: value for name, value in said.items() if chance.random() < 0.6}
    return {**said, "tags": _tags(chance), **({"ext": {"bigpanda": own}} if own else {})}


def _event(chance: Random, key: str) -> AlertEvent:
    plans = chance.choice((None, [], ["plan"]))
    tags = [{"name": each["name"], "value": each["value"] or "none"} for each in _tags(chance)]
    return AlertEvent(
        key=key,
        status=chance.choice(_STATUSES),
        at=datetime(2026, 11, 22, 8, chance.randrange(60), tzinfo=UTC),
        title=_text(chance) or "t",
        source=_text(chance),
        description=chance.choice((None, _text(chance))),
        tags=tags,
        primary_property=chance.choice((None, _text(chance))),
        secondary_property=chance.choice((None, _text(chance))),
        maintenance_plans=plans,
    )
