"""Incidents v1: incidents and notes by numbers, an `incidentId` and the source of a report by the client's choice."""

from tests.contracts.examples.example import Example, Ids, Makers, Things
from tests.contracts.faces import V1_BODY, answered


async def incident(things: Things) -> Ids:
    """An incident, in every text of it the word."""
    said = dict.fromkeys(("title", "description", "recommendation", "source", "sourceSite"), things.word)
    other = {"services": [{"name": things.word}], "metricNames": [things.word], "metadata": {"host": things.word}}
    sent = {**V1_BODY, **said, **other, "incidentId": things.text("inc"), "severity": "Sev2", "status": "OPEN"}
    made = await things.client.post("/v1/incidents", json=sent)
    return {"id": answered(made), "external_id": things.text("inc")}


async def note(things: Things) -> Ids:
    """A note of the incident."""
    path = f"/v1/incidents/{await things.id('id')}/notes"
    return {"noteId": answered(await things.client.post(path, json={"body": things.word}))["id"]}


async def report(things: Things) -> Ids:
    """A scan report."""
    sent = {
        "source": things.text("scan"),
        "createdAt": "2026-11-21",
        "payload": f'{{"score": 50, "a": "{things.word}"}}',
    }
    answered(await things.client.post("/v1/scan-reports", json=sent))
    return {"source": things.text("scan")}


MAKERS: Makers = {"id": incident, "external_id": incident, "noteId": note, "source": report}

_PLAIN = (Example(),)
_LISTED = (Example(shows=("id",)),)
_PAGED = (*_LISTED, Example("from a row on", query={"cursor": "<id>"}))
_OF_TYPE = (Example(path={"type": "INCIDENT"}, shows=("id",)),)
_OPEN = (Example(query={"status": "OPEN"}, shows=("id",)),)
_PUT = (
    Example("a new one"),
    Example("one that is there", body={"incidentId": "<external_id>"}),
)
_ACKNOWLEDGED = (Example(headers={"User-ID": "ann"}),)
_NOTES = {"incidentId": "<id>"}

EXAMPLES = {
    "GET /v1/incidents": _PAGED,
    "POST /v1/incidents": _PUT,
    "PUT /v1/incidents": _PUT,
    "GET /v1/incidents/facets": _PAGED,
    "GET /v1/incidents/types": _PLAIN,
    "GET /v1/incidents/stats/types": _LISTED,
    "GET /v1/incidents/stats/current": _OPEN,
    "GET /v1/incidents/stats/current/priorities": _OPEN,
    "GET /v1/incidents/stats/severities": _LISTED,
    "GET /v1/incidents/stats/{type}/count": _OF_TYPE,
    "GET /v1/incidents/stats/{type}/services": _OF_TYPE,
    "GET /v1/incidents/notes/{noteId}": _PLAIN,
    "PUT /v1/incidents/notes/{noteId}": _PLAIN,
    "DELETE /v1/incidents/notes/{noteId}": _PLAIN,
    "GET /v1/incidents/{id}": _PLAIN,
    "PATCH /v1/incidents/{id}": _PLAIN,
    "POST /v1/incidents/{id}/acknowledge": _ACKNOWLEDGED,
    "PUT /v1/incidents/{id}/acknowledge": _ACKNOWLEDGED,
    "GET /v1/incidents/{incidentId}/notes": (Example(path=_NOTES),),
    "POST /v1/incidents/{incidentId}/notes": (Example(path=_NOTES),),
    "GET /v1/scan-reports/score": (Example(shows=("source",)),),
    "GET /v1/scan-reports": (Example(query={"source": "<source>"}),),
    "POST /v1/scan-reports": (Example("of a new source"), Example("of one that is there", body={"source": "<source>"})),
}
