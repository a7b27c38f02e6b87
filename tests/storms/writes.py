"""The writes of every dialect: incidents made, changed, noted and alerted of, each under the ledger's next text."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.storms.ledger import Ledger, Subject, Write
from tests.storms.wire import Request

ALL = "/resources/v2.0/environments/all/incidents"
V1: Mapping[str, Any] = {
    "type": "INCIDENT", "category": "SECURITY", "description": "made", "recommendation": "r", "source": "storm",
    "status": "OPEN", "resolution": "", "services": [{"name": "api"}], "metricNames": [], "sourceSite": "eu",
    "severity": "Sev2", "priority": "P2", "metadata": {},
}  # fmt: skip
V1_CHANGED = ("title", "description", "recommendation", "status", "resolution", "severity", "priority")

Make = Callable[[str], Request]
Change = Callable[[Subject, str], Request]

MAKES: Mapping[str, tuple[Make, bool]] = {
    "im": (lambda text: Request("POST", "/_im/incidents", {"title": text, "severity": "high"}), False),
    "im by id": (lambda text: Request("POST", f"/_im/incidents/{text}", {"title": text, "severity": "low"}), True),
    "v1": (lambda text: Request("POST", "/v1/incidents", {**V1, "incidentId": text, "title": text}), True),
    "log360": (lambda text: Request("POST", "/api/v2/incident", {"name": text, "severity": "trouble"}), True),
    "bigpanda": (
        lambda text: Request("POST", "/data/v2/alerts", {"app_key": "storm", "status": "critical", "host": text}),
        True,
    ),
}
"""How each makes an incident, and whether it is safe to repeat without a key."""


def _patched(subject: Subject, text: str) -> Request:
    sent = {name: V1.get(name) for name in V1_CHANGED} | {"title": subject.text, "description": text}
    return Request("PATCH", f"/v1/incidents/{subject.number}", sent)


def _log360(subject: Subject, **fields: object) -> Request:
    return Request("PUT", "/api/v2/incident", {"incident_id": subject.number, "name": subject.text, **fields})


CHANGES: Mapping[str, tuple[str, Change]] = {
    "im": ("mark", lambda subject, text: Request("PUT", f"/_im/incidents/{subject.id}", {"mark": text})),
    "v1": ("description", _patched),
    "log360": ("description", lambda subject, text: _log360(subject, description=text)),
    "bigpanda": ("assignee", lambda subject, text: Request(
        "PUT", f"{ALL}/{subject.hex}/assignment", {"assignee": text}
    )),
}  # fmt: skip
NOTES: Mapping[str, Change] = {
    "im": lambda subject, text: Request("POST", f"/_im/incidents/{subject.id}/notes", {"body": text}),
    "v1": lambda subject, text: Request("POST", f"/v1/incidents/{subject.number}/notes", {"body": text}),
    "log360": lambda subject, text: _log360(subject, notes=[text]),
    "bigpanda": lambda subject, text: Request("POST", f"{ALL}/{subject.hex}/comments", {"comment": text}),
}
NAMED_BY = {"im": "id", "v1": "number", "log360": "number", "bigpanda": "hex"}


def making(ledger: Ledger, dialect: str) -> Write:
    """An incident that is to be made through a dialect."""
    text = ledger.text()
    make, repeats = MAKES[dialect]
    subject = Subject(text, id=text if dialect == "im by id" else None)
    return kept(ledger, Write("create", subject, text, make(text), repeats=repeats))


def changing(ledger: Ledger, subject: Subject, dialect: str) -> Write:
    """A change of an incident through a dialect."""
    text = ledger.text()
    field, change = CHANGES[dialect]
    return kept(ledger, Write("change", subject, text, change(subject, text), field))


def noting(ledger: Ledger, subject: Subject, dialect: str) -> Write:
    """A note on an incident through a dialect."""
    text = ledger.text()
    return kept(ledger, Write("note", subject, text, NOTES[dialect](subject, text), "comment", repeats=False))


def alerting(ledger: Ledger, subject: Subject) -> Write:
    """An alert that is to be attached to an incident."""
    text = ledger.text()
    request = Request("POST", f"/_im/incidents/{subject.id}/alerts", {"alert_id": text, "status": "warning"})
    return kept(ledger, Write("alert", subject, text, request, repeats=False))


def any_of(ledger: Ledger, subject: Subject, chance: Random) -> Write:
    """Any write on an incident, through any dialect that the client has its name in."""
    dialect = chance.choice([each for each, name in NAMED_BY.items() if getattr(subject, name) is not None])
    share = chance.random()
    if share < 0.1 and subject.id is not None:
        return alerting(ledger, subject)
    return (noting if share < 0.35 else changing)(ledger, subject, dialect)


def name(subject: Subject, answer: Any) -> None:
    """Learns the names that the answer to a creation tells, in whichever dialect."""
    match answer:
        case {"_meta": {"id": id_}, "numeric_id": number, "hex_id": hex_}:
            subject.id, subject.number, subject.hex = id_, number, hex_
        case {"data": {"incident_id": number}}:
            subject.number = number
        case {"data": {"alerts": [{"incident_id": hex_}]}}:
            subject.hex = hex_
        case int() | str():
            subject.number = int(answer)


def kept(ledger: Ledger, write: Write) -> Write:
    """The write, which the ledger has from now on."""
    ledger.writes.append(write)
    return write
