"""The native dialect: ids of incidents, alerts and results are the client's own."""

from tests.contracts.examples.example import Example, Ids, Makers, Things, fresh
from tests.contracts.faces import answered

IM = "/_im"
_RESULT = "/_im/aggregations/results/{aggregation_id}/{result_id}"


async def incident(things: Things) -> Ids:
    """An incident with a note, an alert and a mark of ATT&CK."""
    said = {"comment": things.word, "source": things.word, "tags": [things.word]}
    shown = {"title": f"powershell of {things.word}", "text_field": f"test {things.word}", "region": things.word}
    fields = {**said, **shown, "severity": "high", "mitre": ["T1059.001"]}
    made = answered(await things.client.post(f"{IM}/incidents/{things.text('i')}", json=fields))
    alert = {"alert_id": things.text("a"), "description": things.word, "source": things.word}
    answered(await things.client.post(f"{IM}/incidents/{things.text('i')}/alerts", json=alert))
    return {"id": made["_meta"]["id"], "number": made["numeric_id"], "hex": made["hex_id"], "alert": alert["alert_id"]}


async def column(things: Things) -> Ids:
    """A custom field that no other tenant has."""
    answered(await things.client.post(f"{IM}/incidents", json={"title": things.word, things.word: "x"}))
    return {"column": things.word}


async def other(things: Things) -> Ids:
    """Another incident."""
    answered(await things.client.post(f"{IM}/incidents/{things.text('o')}", json={"title": things.word}))
    return {"other": things.text("o")}


async def result(things: Things) -> Ids:
    """An aggregation result with an incident in it."""
    ids = {"aggregation_id": things.text("g"), "result_id": things.text("r")}
    fields = {"title": things.word, "comment": things.word, "incident_ids": [await things.id("id")]}
    path = f"{IM}/aggregations/results/{ids['aggregation_id']}/{ids['result_id']}"
    answered(await things.client.post(path, json=fields))
    return ids


async def pit(things: Things) -> Ids:
    """A point in time that shows two incidents, and where its second page begins."""
    await things.ids(("id", "other"))
    handle = answered(await things.client.get(f"{IM}/incidents/pit"))["id"]
    page = answered(await things.client.post(f"{IM}/incidents_full_types", json={"pit": handle, "size": 1}))
    return {"pit": handle, "after": page["next"]}


async def second_row(things: Things) -> Ids:
    """Where the second page of the plain list begins."""
    await things.ids(("id", "other"))
    answered(await things.client.post(f"{IM}/incidents?refresh=true", json={"title": things.word}))
    return {"second": answered(await things.client.get(f"{IM}/incidents", params={"size": 1}))["next"]}


async def second_event(things: Things) -> Ids:
    """Where the second page of the incident's notes begins."""
    path = f"{IM}/incidents/{await things.id('id')}/notes"
    answered(await things.client.post(path, json={"body": things.word}))
    return {"second_note": answered(await things.client.get(path, params={"size": 1}))["next"]}


async def second_entry(things: Things) -> Ids:
    """Where the second page of the incident's timeline begins."""
    path = f"{IM}/incidents/{await things.id('id')}/timeline"
    return {"second_entry": answered(await things.client.get(path, params={"size": 1}))["next"]}


async def view(things: Things) -> Ids:
    """A view that all of the tenant see."""
    sent = {"name": things.word, "shared": True}
    return {"view": answered(await things.client.post(f"{IM}/views", json=sent))["id"]}


async def crowded(things: Things) -> Ids:
    """An incident with two alerts."""
    alert = {"alert_id": things.text("b"), "description": things.word}
    answered(await things.client.post(f"{IM}/incidents/{await things.id('id')}/alerts", json=alert))
    return {"crowded": await things.id("id")}


async def snoozed(things: Things) -> Ids:
    """An incident that is quiet for now."""
    path = f"{IM}/incidents/{await things.id('id')}/snooze"
    answered(await things.client.post(path, json={"until": "2100-01-01", "comment": things.word}))
    return {"snoozed": await things.id("id")}


async def note(things: Things) -> Ids:
    """A note of the incident."""
    path = f"{IM}/incidents/{await things.id('id')}/notes"
    return {"note": answered(await things.client.post(path, json={"body": things.word}))["note_id"]}


async def change(things: Things) -> Ids:
    """A change, and the cursor before it."""
    path = f"{IM}/incidents/changes"
    cursor = answered(await things.client.get(path, params={"wait": "0"}))["next"]
    answered(await things.client.post(f"{IM}/incidents", json={"title": things.word}))
    assert answered(await things.client.get(path, params={"after": cursor, "wait": "60"}))["changes"]
    return {"cursor": cursor}


async def selection(things: Things) -> Ids:
    """What a dry run of a change of the incident gives, and one of its deletion."""
    wanted = {"dry_run": True, "search_query": {"ids": {"values": [await things.id("id")]}}}
    path = f"{IM}/incidents/{{}}/byFilter"
    await things.client.post(f"{IM}/incidents?refresh=true", json={"title": things.word})
    update = {**wanted, "change": {"status": "closed"}}
    tokens = [
        answered(await things.client.post(path.format(operation), json=body))["token"]
        for operation, body in (("bulkUpdate", update), ("bulkDelete", wanted))
    ]
    return {"update": tokens[0], "deletion": tokens[1]}


MAKERS: Makers = {
    **dict.fromkeys(("id", "number", "hex", "alert"), incident),
    **dict.fromkeys(("aggregation_id", "result_id"), result),
    **dict.fromkeys(("pit", "after"), pit),
    "column": column,
    "other": other,
    "cursor": change,
    **dict.fromkeys(("update", "deletion"), selection),
    "second": second_row,
    "second_note": second_event,
    "fresh": fresh,
    "second_entry": second_entry,
    "view": view,
    "crowded": crowded,
    "snoozed": snoozed,
    "note": note,
}

_PIT = {"pit": "<pit>"}
_RUN = {"dry_run": False}
_IN_PIT = Example("in a point in time", query=_PIT)
_PLAIN = (Example(),)
_LISTED = (Example(shows=("id",)),)

EXAMPLES = {
    "GET /_im/incidents/pit": _PLAIN,
    "DELETE /_im/incidents/pit": (
        Example("the id in the body", body={"id": "<pit>"}),
        Example("the id in the query", query={"id": "<pit>"}, sends_body=False),
    ),
    "GET /_im/incidents/pits": (Example(shows=("pit",)),),
    "GET /_im/incidents_full_types": (
        *_LISTED,
        Example("the words in the query", query={"with_total_docs": "true"}, sends_body=False, shows=("id",)),
        Example("in a point in time", query=_PIT, sends_body=False),
        Example("after a row of it", query={**_PIT, "after": "<after>", "size": "1"}, sends_body=False),
    ),
    "POST /_im/incidents_full_types": (
        *_LISTED,
        Example("in a point in time", body={"search_query": None, "additional_fields": [], **_PIT}),
        Example("by ids", body={"search_query": {"ids": {"values": ["<id>", "<other>"]}}, "additional_fields": []}),
    ),
    "POST /_im/incidents_full_types/stats/{field}": (
        Example(path={"field": "region"}, shows=("id",)),
        Example("in a point in time", path={"field": "severity"}, body=_PIT),
    ),
    "GET /_im/aggregations/results": (
        Example(shows=("result_id",)),
        Example("of an aggregation", query={"incident_aggregation_id": "<aggregation_id>"}),
        Example("one, with its incidents", query={"incident_aggregation_result_id": "<result_id>"}),
    ),
    f"POST {_RESULT}": (Example(path={"result_id": "<fresh>"}, body={"incident_ids": ["<id>", "<other>"]}),),
    f"PUT {_RESULT}": (Example(), Example("carried on to its incidents", query={"sync": "true"})),
    f"DELETE {_RESULT}": _PLAIN,
    "POST /_im/incidents/bulkUpdate": (Example(body=[{"update": {"_id": "<id>"}}, {}, {"_meta": {"id": "<other>"}}]),),
    "POST /_im/incidents/bulkCreate": (Example(body=[{"create": {"_id": "<fresh>"}}, {}]),),
    "POST /_im/incidents/bulkDelete": (Example(body=[{"delete": {"_id": "<id>"}}, {"_meta": {"id": "<other>"}}]),),
    "POST /_im/incidents/bulkUpdate/byFilter": (
        Example("a run", body={**_RUN, "search_query": None, "token": "<update>"}),
        Example("a dry run in a point in time", body=_PIT),
    ),
    "POST /_im/incidents/bulkDelete/byFilter": (
        Example("a run", body={**_RUN, "end_time": None, "token": "<deletion>"}),
        Example("a dry run in a point in time", body=_PIT),
    ),
    "GET /_im/incidents/export": (*_LISTED, _IN_PIT),
    "POST /_im/incidents/export": (*_LISTED, Example("in a point in time", body=_PIT)),
    "GET /_im/incidents/changes": (
        Example("behind a cursor", query={"after": "<cursor>", "wait": "0"}),
        Example("of some incidents", query={"after": "<cursor>", "wait": "0", "start_time": "now-1d"}),
    ),
    "GET /_im/incidents": (
        *_LISTED,
        Example("by number", query={"numeric_id": "<number>"}),
        Example("by a name that others know it by", query={"hex_id": "<hex>"}),
        _IN_PIT,
        Example("after a row", query={"after": "<second>", "size": "1"}),
    ),
    "POST /_im/incidents": _PLAIN,
    "GET /_im/incidents/": _LISTED,
    "GET /_im/incidents/{id}": _PLAIN,
    "POST /_im/incidents/{id}": (Example(path={"id": "<fresh>"}),),
    "PUT /_im/incidents/{id}": _PLAIN,
    "DELETE /_im/incidents/{id}": _PLAIN,
    "GET /_im/incidents/{id}/mitre": _PLAIN,
    "GET /_im/incidents/{id}/notes": (
        Example(),
        Example("after a note", query={"after": "<second_note>", "size": "1"}),
    ),
    "POST /_im/incidents/{id}/notes": _PLAIN,
    "GET /_im/incidents/{id}/alerts": _PLAIN,
    "POST /_im/incidents/{id}/alerts": (Example(), Example("under its own id", body={"alert_id": "<alert>"})),
    "GET /_im/incidents/{id}/activities": _PLAIN,
    "GET /_im/incidents/{id}/timeline": (Example(), Example("after an entry", query={"after": "<second_entry>"})),
    "POST /_im/incidents/{id}/acknowledge": _PLAIN,
    "POST /_im/incidents/{id}/assign": _PLAIN,
    "POST /_im/incidents/{id}/snooze": _PLAIN,
    "POST /_im/incidents/{id}/unsnooze": (Example(path={"id": "<snoozed>"}),),
    "POST /_im/incidents/{id}/merge": (Example(body={"sources": ["<other>"]}),),
    "POST /_im/incidents/{id}/split": (Example(path={"id": "<crowded>"}, body={"alerts": ["<alert>"]}),),
    "PUT /_im/incidents/{id}/notes/{note}": _PLAIN,
    "DELETE /_im/incidents/{id}/notes/{note}": _PLAIN,
    "GET /_im/views": (Example(shows=("view",)),),
    "POST /_im/views": _PLAIN,
    "GET /_im/views/{view}": _PLAIN,
    "PUT /_im/views/{view}": _PLAIN,
    "DELETE /_im/views/{view}": _PLAIN,
    "GET /_im/mitre": (
        *_LISTED,
        Example("in a point in time", query=_PIT, sends_body=False),
        Example("as a layer", query={"format": "navigator"}, sends_body=False, shows=("id",)),
    ),
    "POST /_im/mitre": (*_LISTED, Example("in a point in time", body=_PIT)),
    "POST /_im/incidents_full_types/stats": (
        *_LISTED,
        Example("in a point in time", body=_PIT),
        Example("of a custom field", body={"widgets": {"region": {"values": {"field": "region"}}}}, shows=("id",)),
    ),
    "GET /_im/whoami": _PLAIN,
    "GET /_im/vocabulary": _PLAIN,
    "GET /_im/fields": (Example(shows=("column",)),),
    "GET /_im/fields/{name}/values": (
        Example(path={"name": "title"}, body={"prefix": "power"}, shows=("id",)),
        Example("in a point in time", path={"name": "region"}, query=_PIT, sends_body=False),
    ),
}
