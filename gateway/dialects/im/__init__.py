"""The native dialect: what it reads and writes is the incident document itself (seed 001, specs/im.md)."""

from gateway.dialects.dialect import Dialect, Operation
from gateway.dialects.im import bulk, errors, export, incidents, pits, results, search, timeline
from gateway.dialects.im import requests as takes
from gateway.dialects.im.documents import IF_MATCH
from gateway.dialects.im.names import NAME, PREFIX

_BULK = ("application/x-ndjson", "application/json")
_LOCKED = (IF_MATCH,)
_EXPORTS = ("application/x-ndjson", "text/csv")
_FULL = "/incidents_full_types"
_RESULT = "/aggregations/results/{aggregation_id}/{result_id}"
_SEARCH = (
    '{"search_query": {"match": {"title": "powershell"}}, "start_time": "now-1d", "end_time": "now",'
    ' "additional_fields": [{"name": "text_field", "type": "text", "value": "test*"}], "with_total_docs": true}'
)
_LINES = '{"update": {"_id": "i1"}}\n{"doc": {"status": "resolved"}}\n{"_meta": {"id": "i2"}, "reviewer": "alice"}\n'

dialect = Dialect(
    NAME,
    "Incident Manager API",
    PREFIX,
    (
        Operation("GET", "/incidents/pit", pits.open_pit, "read", "Open a point in time", query=takes.OpenPit),
        Operation(
            "DELETE",
            "/incidents/pit",
            pits.delete_pit,
            "read",
            "Delete a point in time",
            takes.DeletePit,
            takes.DeletePit,
            example='{"id": "WNOqLAgeDbXZ1PfwiL1--Sn6BEaDS3JBm9p8Rg"}',
        ),
        Operation("GET", "/incidents/pits", pits.list_pits, "read", "List the open points in time"),
        Operation(
            "GET", _FULL, search.search, "read", "Page through incidents", takes.Search, takes.Search, example=_SEARCH
        ),
        Operation("POST", _FULL, search.search, "read", "Page through incidents", takes.Search, example=_SEARCH),
        Operation(
            "POST", f"{_FULL}/stats/{{field}}", search.stats, "read", "Count by a field", takes.Stats, example="{}"
        ),
        Operation("GET", "/aggregations/results", results.list_results, "read", "List results", query=takes.Results),
        Operation(
            "POST",
            _RESULT,
            results.create_result,
            "write",
            "Create an aggregation result",
            takes.Document,
            takes.Write,
            success=201,
            example='{"title": "Two of a kind", "severity": "high", "incident_ids": ["i1", "i2"]}',
            headers=_LOCKED,
        ),
        Operation(
            "PUT",
            _RESULT,
            results.update_result,
            "write",
            "Update an aggregation result",
            takes.Document,
            takes.SyncedWrite,
            example='{"comment": "test comment", "reviewer": "test"}',
            headers=_LOCKED,
        ),
        Operation(
            "DELETE",
            _RESULT,
            results.delete_result,
            "delete",
            "Delete a result",
            query=takes.Write,
            headers=_LOCKED,
        ),
        Operation(
            "POST",
            "/incidents/bulkUpdate",
            bulk.bulk_update,
            "write",
            "Update many incidents",
            query=takes.Write,
            media_types=_BULK,
            example=_LINES,
        ),
        Operation(
            "POST",
            "/incidents/bulkCreate",
            bulk.bulk_create,
            "write",
            "Create many incidents",
            query=takes.Write,
            media_types=_BULK,
            example='{"create": {"_id": "i1"}}\n{"title": "First"}\n',
        ),
        Operation(
            "GET",
            "/incidents/export",
            export.export,
            "read",
            "Export a snapshot",
            query=takes.Export,
            reply_types=_EXPORTS,
        ),
        Operation(
            "POST",
            "/incidents/export",
            export.export,
            "read",
            "Export a snapshot",
            takes.Export,
            reply_types=_EXPORTS,
            example='{"search_query": {"term": {"severity": "high"}}, "format": "csv", "fields": ["title", "status"]}',
        ),
        Operation("GET", "/incidents", search.incidents, "read", "List incidents", query=takes.Listed),
        Operation(
            "POST",
            "/incidents",
            incidents.create_incident,
            "write",
            "Create an incident under a new id",
            takes.Document,
            takes.Write,
            success=201,
            example='{"title": "Encoded PowerShell", "severity": "high", "test_field": 5}',
            headers=_LOCKED,
        ),
        Operation("GET", "/incidents/", search.incidents, "read", "List incidents", query=takes.Listed),
        Operation("GET", "/incidents/{id}", incidents.get_incident, "read", "Read an incident"),
        Operation(
            "POST",
            "/incidents/{id}",
            incidents.create_incident,
            "write",
            "Create an incident",
            takes.Document,
            takes.Write,
            success=201,
            example='{"title": "Encoded PowerShell", "severity": "high", "mitre": ["T1059.001"]}',
            headers=_LOCKED,
        ),
        Operation(
            "PUT",
            "/incidents/{id}",
            incidents.update_incident,
            "write",
            "Update an incident",
            takes.Document,
            takes.Write,
            example='{"comment": "test comment", "reviewer": "test"}',
            headers=_LOCKED,
        ),
        Operation(
            "DELETE",
            "/incidents/{id}",
            incidents.delete_incident,
            "delete",
            "Delete an incident",
            query=takes.Write,
            headers=_LOCKED,
        ),
        Operation("GET", "/incidents/{id}/mitre", incidents.mitre, "read", "ATT&CK tactics and techniques"),
        Operation("GET", "/incidents/{id}/notes", timeline.notes, "read", "List notes", query=takes.Window),
        Operation(
            "POST",
            "/incidents/{id}/notes",
            timeline.add_note,
            "write",
            "Add a note",
            takes.Note,
            takes.Write,
            success=201,
            example='{"body": "called the owner"}',
        ),
        Operation("GET", "/incidents/{id}/alerts", timeline.alerts, "read", "List alerts", query=takes.Window),
        Operation(
            "POST",
            "/incidents/{id}/alerts",
            timeline.add_alerts,
            "write",
            "Attach alerts",
            takes.Alert,
            takes.Write,
            success=201,
            example='{"status": "critical", "description": "CPU over 95 %", "source": "nagios"}',
        ),
        Operation(
            "GET", "/incidents/{id}/activities", timeline.activities, "read", "What happened", query=takes.Window
        ),
    ),
    errors.render,
    errors.Error,
)
