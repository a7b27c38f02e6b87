"""Log360: incidents by numbers, evidence by uuids that anybody may choose, names that are unique."""

from tests.contracts.examples.example import Example, Ids, Makers, Things, fresh
from tests.contracts.faces import answered


async def incident(things: Things) -> Ids:
    """An incident with a note."""
    sent = {"name": things.text(things.word), "description": things.word, "severity": "trouble", "notes": [things.word]}
    return {"incident_id": answered(await things.client.post("/api/v2/incident", json=sent))["data"]["incident_id"]}


async def evidence(things: Things) -> Ids:
    """An alert of an incident of another dialect, in this one's words."""
    path, uuid = f"/_im/incidents/{things.text('i')}", things.text("uuid")
    own = {"hostname": things.word, "username": things.word}
    answered(await things.client.post(path, json={"title": things.word}))
    alert = {"alert_id": uuid, "description": things.word, "ext": {"log360": own}}
    answered(await things.client.post(f"{path}/alerts", json=alert))
    return {"uuid": uuid}


MAKERS: Makers = {"incident_id": incident, "uuid": evidence, "fresh": fresh}

_EVIDENCE = {"name": "<fresh>", "evidence": ["<uuid>"], "source": "alert"}

EXAMPLES = {
    "GET /api/v2/incident/{incident_id}": (Example(),),
    "GET /api/v2/incident": (Example(shows=("incident_id",)),),
    "POST /api/v2/incident": (Example(body={"name": "<fresh>"}), Example("evidence that is there", body=_EVIDENCE)),
    "PUT /api/v2/incident": (
        Example(body={"incident_id": "<incident_id>", "name": "<fresh>"}),
        Example("evidence that is there", body={"incident_id": "<incident_id>", **_EVIDENCE}),
    ),
    "DELETE /api/v2/incident": (
        Example("ids in the body", body={"incident_ids": ["<incident_id>"]}),
        Example("ids in the query", query={"incident_ids": "<incident_id>"}, sends_body=False),
    ),
}
