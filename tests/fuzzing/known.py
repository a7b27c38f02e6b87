"""Something of each kind that paths name, so that requests reach what is there too."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx2

Json = dict[str, Any]

_IM, _BIGPANDA = "/_im", "/resources/v2.0"
_CHANGE = {"identifier": "known", "status": "Done", "summary": "known", "start": 1_700_000_000}


def made(client: httpx2.Client) -> dict[str, Json]:
    """What was made for a tenant: by the prefix of a dialect, the parameters of its paths."""

    def sent(path: str, body: Any) -> Any:
        return client.post(path, json=body).raise_for_status().json()

    incident = sent(f"{_IM}/incidents/known", {"title": "known"})
    note = sent(f"{_IM}/incidents/known/notes", {"body": "known"})["note_id"]
    sent(f"{_IM}/aggregations/results/a/r", {"title": "known"})
    view = sent(f"{_IM}/views", {"name": "known"})["id"]
    environment = sent(f"{_BIGPANDA}/environments", {"name": "known"})["id"]
    tag = sent(f"{_BIGPANDA}/incidents/tags/definitions", {"name": "Known", "type": "Text"})["id"]
    client.post("/data/changes", json=_CHANGE, headers={"x-bp-app-key": "known"}).raise_for_status()
    [change] = client.get(f"{_BIGPANDA}/changes?start_time_frame=0").raise_for_status().json()["results"]
    relation = {"change_id": change["id"], "incident_id": incident["hex_id"], "match_certainty": "MATCH"}
    numbers = dict.fromkeys(("id", "incident_id", "incidentId"), incident["numeric_id"])
    return {
        _IM: {"id": "known", "note": note, "view": view, "aggregation_id": "a", "result_id": "r"}
        | dict.fromkeys(("field", "name"), "severity"),
        **dict.fromkeys(("/v1", "/api/v2", "/api/backend"), numbers | {"noteId": note}),
        _BIGPANDA: {
            "environment_id": environment,
            "incident_id": incident["hex_id"],
            "tag_id": tag,
            "change_id": change["id"],
            "related_change_id": sent(f"{_BIGPANDA}/rcc", relation),
        },
    }


def named(document: Json, known: Mapping[str, Json]) -> None:
    """Says of parameters of paths what there is, but where that would be deleted."""
    for path, parameter in _in_paths(document):
        told = next((ids for prefix, ids in known.items() if path.startswith(f"{prefix}/")), {})
        if parameter["name"] in told:
            parameter["schema"] = {"anyOf": [{"enum": [told[parameter["name"]]]}, parameter["schema"]]}


def _in_paths(document: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "delete":
                yield from ((path, each) for each in operation["parameters"] if each["in"] == "path")
