"""BigPanda: incidents, alerts, changes and relations by ids that are made; tags and the keys of changes by choice."""

import re

from tests.contracts.examples.example import Example, Ids, Makers, Things, fresh
from tests.contracts.faces import ALL, answered

V2 = "/resources/v2.0"
_CHANGES = {"start_time_frame": "0", "limit": "1"}


async def incident(things: Things) -> Ids:
    """An incident that an alert has made."""
    ids = await _alerted(things, things.text("db"), ("incident_id", "alert"))
    return {**ids, "key": things.text("db")}


async def source(things: Things) -> Ids:
    """Another incident."""
    return await _alerted(things, things.text("web"), ("source", "source_alert"))


async def _alerted(things: Things, host: str, names: tuple[str, str]) -> Ids:
    said = {"check": things.word, "description": things.word, "incident_identifier": host}
    alert = {"app_key": "one", "status": "critical", "host": host, **said}
    # Under a key its history is published at once; else that waits for anyone who asks, and tests look at all there is.
    headers = {"Idempotency-Key": host}
    [made] = answered(await things.client.post("/data/v2/alerts", json=alert, headers=headers))["data"]["alerts"]
    return {names[0]: made["incident_id"], names[1]: made["alert_id"]}


async def environment(things: Things) -> Ids:
    """An environment that holds both incidents."""
    hosts = f"host = {things.text('db')} OR host = {things.text('web')}"
    sent = {"name": things.text("e"), "description": things.word, "filter": hosts}
    return {"environment_id": answered(await things.client.post(f"{V2}/environments", json=sent))["id"]}


async def definition(things: Things) -> Ids:
    """A tag that incidents can be given."""
    values = {"type": "Priority", "config": {"ordered_list": ["P1", "P2"]}}
    sent = {"name": things.text("tag"), "description": things.word, **values}
    return {"tag_id": answered(await things.client.post(f"{V2}/incidents/tags/definitions", json=sent))["id"]}


async def change(things: Things) -> Ids:
    """A change."""
    said = {"summary": things.word, "tags": {"host": things.word}, "metadata": {"a": things.word}}
    identifier, app_key = things.text("chg"), things.text("app")
    sent = {"identifier": identifier, "status": "Done", "start": 1795320000, **said}
    answered(await things.client.post("/data/changes", json=sent, headers={"x-bp-app-key": app_key}))
    query = {"start_time_frame": "0", "search": identifier}
    [made] = answered(await things.client.get(f"{V2}/changes", params=query))["results"]
    return {"change_id": made["id"], "app_key": app_key, "identifier": identifier}


async def relation(things: Things) -> Ids:
    """What the change has to do with the incident."""
    ids = await things.ids(("change_id", "incident_id"))
    sent = {"change_id": ids["change_id"], "incident_id": ids["incident_id"], "comment": things.word}
    answer = await things.client.post(f"{V2}/rcc", json={**sent, "match_certainty": "SUSPECT"})
    return {"related_change_id": answered(answer)}


async def cursor(things: Things) -> Ids:
    """Where the second page of changes begins."""
    await things.id("change_id")
    page = await things.client.get(f"{V2}/changes", params=_CHANGES)
    answered(page)
    [token] = re.findall(r"cursor=([\w-]+)", page.headers["Link"])
    return {"cursor": token}


async def crowded(things: Things) -> Ids:
    """An incident with the alerts of two."""
    ids = await things.ids(("incident_id", "source"))
    sent = {"source_incidents": [ids["source"]], "comment": things.word}
    answered(await things.client.post(f"{ALL}/{ids['incident_id']}/merge", json=sent))
    return {"crowded": ids["incident_id"]}


async def assigned(things: Things) -> Ids:
    """An incident that somebody sees to."""
    path = f"{ALL}/{await things.id('incident_id')}/assignment"
    answered(await things.client.put(path, json={"assignee": things.word}))
    return {"assigned": await things.id("incident_id")}


async def snoozed(things: Things) -> Ids:
    """An incident that is quiet for now."""
    path = f"{ALL}/{await things.id('incident_id')}/snooze"
    answered(await things.client.put(path, json={"end_time": 4102444800, "comment": things.word}))
    return {"snoozed": await things.id("incident_id")}


async def tagged(things: Things) -> Ids:
    """An incident that has the tag."""
    ids = await things.ids(("incident_id", "tag_id"))
    path = f"{ALL}/{ids['incident_id']}/tags/{ids['tag_id']}"
    answered(await things.client.post(path, json={"tag_value": "P2"}))
    return {"tagged": ids["incident_id"]}


MAKERS: Makers = {
    **dict.fromkeys(("incident_id", "alert", "key"), incident),
    **dict.fromkeys(("source", "source_alert"), source),
    **dict.fromkeys(("change_id", "app_key", "identifier"), change),
    "environment_id": environment,
    "tag_id": definition,
    "related_change_id": relation,
    "cursor": cursor,
    "crowded": crowded,
    "assigned": assigned,
    "snoozed": snoozed,
    "tagged": tagged,
    "fresh": fresh,
}

_PLAIN = (Example(),)
_ASSIGNED, _SNOOZED, _TAGGED, _CROWDED = (
    (Example(path={"incident_id": f"<{name}>"}),) for name in ("assigned", "snoozed", "tagged", "crowded")
)
_INCIDENTS = f"{V2}/environments/{{environment_id}}/incidents"
_INCIDENT = f"{_INCIDENTS}/{{incident_id}}"
_DEFINITIONS = f"{V2}/incidents/tags/definitions"
_RELATED = {"change_id": "<change_id>", "incident_id": "<incident_id>"}

EXAMPLES = {
    f"GET {_INCIDENTS}": (
        Example(shows=("incident_id",)),
        Example("whole alerts", query={"expand": "alerts"}, shows=("incident_id",)),
    ),
    f"GET {_INCIDENT}": _PLAIN,
    f"GET {V2}/environments": (Example(shows=("environment_id",)),),
    f"POST {V2}/environments": (Example(body={"name": "<fresh>"}),),
    f"GET {V2}/environments/{{environment_id}}": _PLAIN,
    f"PATCH {V2}/environments/{{environment_id}}": _PLAIN,
    f"DELETE {V2}/environments/{{environment_id}}": _PLAIN,
    f"PUT {_INCIDENT}/assignment": _PLAIN,
    f"DELETE {_INCIDENT}/assignment": _ASSIGNED,
    f"PUT {_INCIDENT}/snooze": _PLAIN,
    f"DELETE {_INCIDENT}/snooze": _SNOOZED,
    f"POST {_INCIDENT}/comments": _PLAIN,
    f"POST {_INCIDENT}/resolve": _PLAIN,
    f"POST {_INCIDENT}/merge": (Example(body={"source_incidents": ["<source>"]}),),
    f"POST {_INCIDENT}/split": (Example(path={"incident_id": "<crowded>"}, body={"alerts": ["<source_alert>"]}),),
    f"POST {V2}/environments/{{environment_id}}/batch-resolve/alerts": (
        Example(body={"ids": ["<alert>", "<source_alert>"]}),
    ),
    f"GET {_INCIDENT}/tags": _TAGGED,
    f"POST {_INCIDENT}/tags": (Example(body=[{"tag_id": "<tag_id>"}]),),
    f"DELETE {_INCIDENT}/tags": _TAGGED,
    f"GET {_INCIDENT}/tags/{{tag_id}}": _TAGGED,
    f"POST {_INCIDENT}/tags/{{tag_id}}": _PLAIN,
    f"DELETE {_INCIDENT}/tags/{{tag_id}}": _TAGGED,
    f"GET {_DEFINITIONS}": (Example(shows=("tag_id",)),),
    f"POST {_DEFINITIONS}": (Example(body={"name": "<fresh>"}),),
    f"GET {_DEFINITIONS}/{{tag_id}}": _PLAIN,
    f"PUT {_DEFINITIONS}/{{tag_id}}": (Example(body={"name": "<tag_id>"}),),
    f"GET {V2}/incidents/{{incident_id}}/activities": _PLAIN,
    "POST /data/v2/alerts": (Example(), Example("under a key that is there", body={"incident_identifier": "<key>"})),
    "POST /data/changes": (
        Example("a new one", headers={"x-bp-app-key": "itsm"}),
        Example("one that is there", headers={"x-bp-app-key": "<app_key>"}, body={"identifier": "<identifier>"}),
    ),
    "POST /data/events/deployments/start": _PLAIN,
    "POST /data/events/deployments/end": _PLAIN,
    f"GET {V2}/changes": (
        Example(query={"start_time_frame": "0"}, shows=("change_id",)),
        Example("beside an incident", query={"start_time_frame": "0", "incident_id": "<incident_id>"}),
        Example("after a change", query={**_CHANGES, "cursor": "<cursor>"}),
    ),
    f"GET {V2}/changes/{{change_id}}": _PLAIN,
    f"POST {V2}/rcc": (Example(body=_RELATED),),
    f"GET {V2}/rcc": (
        Example("of an incident", query={"incident_id": "<incident_id>"}),
        Example("of a change", query={"change_id": "<change_id>"}),
    ),
    f"GET {V2}/rcc/{{related_change_id}}": _PLAIN,
    f"PUT {V2}/rcc/{{related_change_id}}": _PLAIN,
}
