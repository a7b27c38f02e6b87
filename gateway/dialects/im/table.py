"""The native dialect's operations: what it reads and writes is the incident document itself."""

from gateway.dialects.dialect import Dialect
from gateway.dialects.im import endpoints_bulk as bulk
from gateway.dialects.im import endpoints_by_filter as by_filter
from gateway.dialects.im import endpoints_changes as changes
from gateway.dialects.im import endpoints_export as export
from gateway.dialects.im import endpoints_incidents as incidents
from gateway.dialects.im import endpoints_pits as pits
from gateway.dialects.im import endpoints_results as results
from gateway.dialects.im import endpoints_search as search
from gateway.dialects.im import endpoints_timeline as timeline
from gateway.dialects.im import errors, requests, requests_changes, table_actions, table_counts, table_views
from gateway.dialects.im.documents import IF_MATCH
from gateway.dialects.im.names import NAME, PREFIX
from gateway.dialects.rows import delete, get, post, put

_BULK = ("application/x-ndjson", "application/json")
_EXPORTS = ("application/x-ndjson", "text/csv")
_FULL = "/incidents_full_types"
_RESULT = "/aggregations/results/{aggregation_id}/{result_id}"
_INCIDENT = "/incidents/{id}"
_SEARCH = (
    '{"search_query": {"match": {"title": "powershell"}}, "start_time": "now-1d", "end_time": "now", '
    '"additional_fields": [{"name": "text_field", "type": "text", "value": "test*"}], "with_total_docs": '
    "true}"
)
_LINES = '{"update": {"_id": "i1"}}\n{"doc": {"status": "resolved"}}\n{"_meta": {"id": "i2"}, "reviewer": "alice"}\n'
_EXPORT = '{"search_query": {"term": {"severity": "high"}}, "format": "csv", "fields": ["title", "status"]}'

dialect = Dialect(
    NAME,
    "Incident Manager API",
    PREFIX,
    (
        get("/incidents/pit", pits.open_pit, "Open a point in time", query=requests.OpenPit),
        delete(
            "/incidents/pit",
            pits.delete_pit,
            "Delete a point in time",
            body=requests.DeletePit,
            query=requests.DeletePit,
            scope="read",
            example='{"id": "WNOqLAgeDbXZ1PfwiL1--Sn6BEaDS3JBm9p8Rg"}',
        ),
        get("/incidents/pits", pits.list_pits, "List the open points in time"),
        get(
            _FULL, search.search, "Page through incidents", body=requests.Search, query=requests.Search, example=_SEARCH
        ),
        post(_FULL, search.search, "Page through incidents", body=requests.Search, scope="read", example=_SEARCH),
        post(
            f"{_FULL}/stats/{{field}}",
            search.stats,
            "Count by a field",
            body=requests.Stats,
            scope="read",
            example="{}",
        ),
        get("/aggregations/results", results.list_results, "List results", query=requests.Results),
        post(
            _RESULT,
            results.create_result,
            "Create an aggregation result",
            body=requests.Document,
            query=requests.Write,
            success=201,
            headers=(IF_MATCH,),
            example='{"title": "Two of a kind", "severity": "high", "incident_ids": ["i1", "i2"]}',
        ),
        put(
            _RESULT,
            results.update_result,
            "Update an aggregation result",
            body=requests.Document,
            query=requests.SyncedWrite,
            headers=(IF_MATCH,),
            example='{"comment": "test comment", "reviewer": "test"}',
        ),
        delete(_RESULT, results.delete_result, "Delete a result", query=requests.Write, headers=(IF_MATCH,)),
        post(
            "/incidents/bulkUpdate",
            bulk.bulk_update,
            "Update many incidents",
            query=requests.Write,
            media_types=_BULK,
            example=_LINES,
        ),
        post(
            "/incidents/bulkCreate",
            bulk.bulk_create,
            "Create many incidents",
            query=requests.Write,
            media_types=_BULK,
            example='{"create": {"_id": "i1"}}\n{"title": "First"}\n',
        ),
        post(
            "/incidents/bulkDelete",
            bulk.bulk_delete,
            "Delete many incidents",
            query=requests.Write,
            media_types=_BULK,
            scope="delete",
            example='{"delete": {"_id": "i1"}}\n{"_meta": {"id": "i2"}}\n',
        ),
        post(
            "/incidents/bulkUpdate/byFilter",
            by_filter.update_by_filter,
            "Update all incidents that filters ask for",
            body=requests_changes.UpdateByFilter,
            query=requests.Write,
            reply_types=("application/json", "application/x-ndjson"),
            example='{"dry_run": true, "search_query": {"term": {"host": "srv-12"}}, "change": {"status": "closed"}}',
        ),
        post(
            "/incidents/bulkDelete/byFilter",
            by_filter.delete_by_filter,
            "Delete all incidents that filters ask for",
            body=requests_changes.DeleteByFilter,
            query=requests.Write,
            scope="delete",
            reply_types=("application/json", "application/x-ndjson"),
            example='{"dry_run": true, "end_time": "now-1y"}',
        ),
        get("/incidents/export", export.export, "Export a snapshot", query=requests.Export, reply_types=_EXPORTS),
        post(
            "/incidents/export",
            export.export,
            "Export a snapshot",
            body=requests.Export,
            scope="read",
            reply_types=_EXPORTS,
            example=_EXPORT,
        ),
        get(
            "/incidents/changes",
            changes.changes,
            "Follow what changes",
            query=requests_changes.Changes,
            reply_types=("application/json", "text/event-stream"),
            headers=(changes.LAST_EVENT_ID,),
        ),
        get("/incidents", search.incidents, "List incidents", query=requests.Listed),
        post(
            "/incidents",
            incidents.create_incident,
            "Create an incident under a new id",
            body=requests.Document,
            query=requests.Write,
            success=201,
            headers=(IF_MATCH,),
            example='{"title": "Encoded PowerShell", "severity": "high", "test_field": 5}',
        ),
        get("/incidents/", search.incidents, "List incidents", query=requests.Listed),
        get(_INCIDENT, incidents.get_incident, "Read an incident"),
        post(
            _INCIDENT,
            incidents.create_incident,
            "Create an incident",
            body=requests.Document,
            query=requests.Write,
            success=201,
            headers=(IF_MATCH,),
            example='{"title": "Encoded PowerShell", "severity": "high", "mitre": ["T1059.001"]}',
        ),
        put(
            _INCIDENT,
            incidents.update_incident,
            "Update an incident",
            body=requests.Document,
            query=requests.Write,
            headers=(IF_MATCH,),
            example='{"comment": "test comment", "reviewer": "test"}',
        ),
        delete(_INCIDENT, incidents.delete_incident, "Delete an incident", query=requests.Write, headers=(IF_MATCH,)),
        get(f"{_INCIDENT}/mitre", incidents.mitre, "ATT&CK tactics and techniques"),
        get(f"{_INCIDENT}/notes", timeline.notes, "List notes", query=requests.Window),
        post(
            f"{_INCIDENT}/notes",
            timeline.add_note,
            "Add a note",
            body=requests.Note,
            query=requests.Write,
            success=201,
            example='{"body": "called the owner"}',
        ),
        get(f"{_INCIDENT}/alerts", timeline.alerts, "List alerts", query=requests.Window),
        post(
            f"{_INCIDENT}/alerts",
            timeline.add_alerts,
            "Attach alerts",
            body=requests.Alert,
            query=requests.Write,
            success=201,
            example='{"status": "critical", "description": "CPU over 95 %", "source": "nagios"}',
        ),
        get(f"{_INCIDENT}/activities", timeline.activities, "What happened", query=requests.Window),
        get(f"{_INCIDENT}/timeline", timeline.timeline, "Notes, alerts, activities in one order", query=requests.Walk),
        *table_actions.OPERATIONS,
        *table_counts.OPERATIONS,
        *table_views.OPERATIONS,
    ),
    errors.render,
    errors.Error,
)
