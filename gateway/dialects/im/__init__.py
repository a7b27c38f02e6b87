"""The native dialect: what it reads and writes is the incident document itself (seed 001, specs/im.md)."""

from gateway.dialects.dialect import Dialect, Operation
from gateway.dialects.im import bulk, errors, export, incidents, pits, requests, results, search, timeline
from gateway.dialects.im.names import NAME, PREFIX

_BULK = ("application/x-ndjson", "application/json")
_RESULT = "/aggregations/results/{aggregation_id}/{result_id}"

dialect = Dialect(
    NAME,
    "Incident Manager API",
    PREFIX,
    (
        Operation("GET", "/incidents/pit", pits.open_pit, "read", "Open a point in time", query=requests.OpenPit),
        Operation(
            "DELETE", "/incidents/pit", pits.delete_pit, "read", "Delete a point in time", body=requests.DeletePit
        ),
        Operation("GET", "/incidents/pits", pits.list_pits, "read", "List the open points in time"),
        Operation(
            "GET", "/incidents_full_types", search.search, "read", "Page through incidents", body=requests.Search
        ),
        Operation(
            "POST", "/incidents_full_types", search.search, "read", "Page through incidents", body=requests.Search
        ),
        Operation(
            "POST", "/incidents_full_types/stats/{field}", search.stats, "read", "Count by field", body=requests.Stats
        ),
        Operation(
            "GET", "/aggregations/results", results.list_results, "read", "Aggregation results", query=requests.Results
        ),
        Operation(
            "POST", _RESULT, results.create_result, "write", "Create a result", query=requests.Write, success=201
        ),
        Operation("PUT", _RESULT, results.update_result, "write", "Update a result", query=requests.SyncedWrite),
        Operation("DELETE", _RESULT, results.delete_result, "delete", "Delete a result", query=requests.Write),
        Operation(
            "POST",
            "/incidents/bulkUpdate",
            bulk.bulk_update,
            "write",
            "Update many",
            query=requests.Write,
            media_types=_BULK,
        ),
        Operation(
            "POST",
            "/incidents/bulkCreate",
            bulk.bulk_create,
            "write",
            "Create many",
            query=requests.Write,
            media_types=_BULK,
        ),
        Operation("GET", "/incidents/export", export.export, "read", "Export a snapshot", query=requests.Export),
        Operation("POST", "/incidents/export", export.export, "read", "Export a snapshot", body=requests.Export),
        Operation("GET", "/incidents", search.incidents, "read", "List incidents"),
        Operation(
            "POST", "/incidents", incidents.create_incident, "write", "Create", query=requests.Write, success=201
        ),
        Operation("GET", "/incidents/", search.incidents, "read", "List incidents"),
        Operation("GET", "/incidents/{id}", incidents.get_incident, "read", "Read an incident"),
        Operation(
            "POST", "/incidents/{id}", incidents.create_incident, "write", "Create", query=requests.Write, success=201
        ),
        Operation("PUT", "/incidents/{id}", incidents.update_incident, "write", "Update", query=requests.Write),
        Operation("DELETE", "/incidents/{id}", incidents.delete_incident, "delete", "Delete", query=requests.Write),
        Operation("GET", "/incidents/{id}/mitre", incidents.mitre, "read", "ATT&CK tactics and techniques"),
        Operation("GET", "/incidents/{id}/notes", timeline.notes, "read", "Notes", query=requests.Window),
        Operation(
            "POST",
            "/incidents/{id}/notes",
            timeline.add_note,
            "write",
            "Add a note",
            requests.Note,
            requests.Write,
            success=201,
        ),
        Operation("GET", "/incidents/{id}/alerts", timeline.alerts, "read", "Alerts", query=requests.Window),
        Operation(
            "POST",
            "/incidents/{id}/alerts",
            timeline.add_alerts,
            "write",
            "Attach",
            requests.Alert,
            requests.Write,
            success=201,
        ),
        Operation(
            "GET", "/incidents/{id}/activities", timeline.activities, "read", "Activities", query=requests.Window
        ),
    ),
    errors.render,
)
