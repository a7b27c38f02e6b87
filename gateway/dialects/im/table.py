"""The native dialect's operations: what it reads and writes is the incident document itself."""

from gateway.dialects.dialect import Dialect
from gateway.dialects.im import endpoints_changes as changes
from gateway.dialects.im import endpoints_export as export
from gateway.dialects.im import endpoints_incidents as incidents
from gateway.dialects.im import endpoints_pits as pits
from gateway.dialects.im import endpoints_search as search
from gateway.dialects.im import endpoints_timeline as timeline
from gateway.dialects.im import (
    errors,
    requests,
    requests_changes,
    requests_events,
    requests_pits,
    schemas,
    schemas_changes,
    schemas_matrix,
    table_actions,
    table_bulk,
    table_counts,
    table_results,
    table_views,
)
from gateway.dialects.im import schemas_events as events
from gateway.dialects.im.documents import IF_MATCH, IF_NONE_MATCH, MADE, VERSIONED, look
from gateway.dialects.im.names import NAME, PREFIX
from gateway.dialects.rows import delete, get, post, put

_EXPORTS = ("application/x-ndjson", "text/csv")
_EXPORTED = ("X-Pit", "X-Total-Docs", "Content-Disposition")
_FULL = "/incidents_full_types"
_INCIDENT = "/incidents/{id}"
_SEARCH = (
    '{"search_query": {"match": {"title": "powershell"}}, "start_time": "now-1d", "end_time": "now", '
    '"additional_fields": [{"name": "text_field", "type": "text", "value": "test*"}], "with_total_docs": true}'
)
_EXPORT = '{"search_query": {"term": {"severity": "high"}}, "format": "csv", "fields": ["title", "status"]}'

dialect = Dialect(
    NAME,
    "Incident Manager API",
    PREFIX,
    (
        get(
            "/incidents/pit",
            pits.open_pit,
            "Open a point in time",
            reply=schemas.NewPit,
            query=requests_pits.OpenPit,
            has_effect=True,
        ),
        delete(
            "/incidents/pit",
            pits.delete_pit,
            "Delete a point in time",
            reply=schemas.DeletedPit,
            body=requests_pits.DeletePit,
            query=requests_pits.DeletePit,
            scope="read",
            example='{"id": "WNOqLAgeDbXZ1PfwiL1--Sn6BEaDS3JBm9p8Rg"}',
        ),
        get("/incidents/pits", pits.list_pits, "List the open points in time", reply=schemas.Pits),
        get(
            _FULL,
            search.search,
            "Page through incidents",
            reply=schemas.Page,
            body=requests.Search,
            query=requests.Search,
            example=_SEARCH,
        ),
        post(
            _FULL,
            search.search,
            "Page through incidents",
            reply=schemas.Page,
            body=requests.Search,
            scope="read",
            example=_SEARCH,
        ),
        post(
            f"{_FULL}/stats/{{field}}",
            search.stats,
            "Count by a field",
            reply=schemas.FieldCounts,
            body=requests.Stats,
            scope="read",
            example="{}",
        ),
        *table_results.OPERATIONS,
        *table_bulk.OPERATIONS,
        get(
            "/incidents/export",
            export.export,
            "Export a snapshot",
            stream=schemas.Exported,
            query=requests.Export,
            reply_types=_EXPORTS,
            reply_headers=_EXPORTED,
            has_effect=True,
        ),
        post(
            "/incidents/export",
            export.export,
            "Export a snapshot",
            stream=schemas.Exported,
            body=requests.Export,
            scope="read",
            reply_types=_EXPORTS,
            reply_headers=_EXPORTED,
            example=_EXPORT,
        ),
        get(
            "/incidents/changes",
            changes.changes,
            "Follow what changes",
            reply=schemas_changes.NextChanges,
            stream=schemas_changes.Events,
            query=requests_changes.Changes,
            reply_types=("application/json", "text/event-stream"),
            headers=(changes.LAST_EVENT_ID,),
        ),
        get("/incidents", search.incidents, "List incidents", reply=schemas.List, query=requests.Listed),
        post(
            "/incidents",
            incidents.create_incident,
            "Create an incident under a new id",
            reply=schemas.Incident,
            body=requests.NewDocument,
            query=requests.Write,
            reply_headers=MADE,
            success=201,
            headers=(IF_MATCH,),
            example='{"title": "Encoded PowerShell", "severity": "high", "test_field": 5}',
        ),
        get("/incidents/", search.incidents, "List incidents", reply=schemas.List, query=requests.Listed),
        get(
            _INCIDENT,
            incidents.get_incident,
            "Read an incident",
            reply=schemas.Incident,
            reply_headers=VERSIONED,
            headers=(IF_NONE_MATCH,),
        ),
        post(
            _INCIDENT,
            incidents.create_incident,
            "Create an incident",
            reply=schemas.Incident,
            body=requests.NewDocument,
            query=requests.Write,
            reply_headers=MADE,
            success=201,
            headers=(IF_MATCH,),
            example='{"title": "Encoded PowerShell", "severity": "high", "mitre": ["T1059.001"]}',
        ),
        put(
            _INCIDENT,
            incidents.update_incident,
            "Update an incident",
            reply=schemas.Incident,
            body=requests.Document,
            query=requests.Write,
            reply_headers=VERSIONED,
            headers=(IF_MATCH,),
            example='{"comment": "test comment", "reviewer": "test"}',
        ),
        delete(
            _INCIDENT,
            incidents.delete_incident,
            "Delete an incident",
            reply=schemas.Deleted,
            query=requests.Write,
            headers=(IF_MATCH,),
        ),
        get(f"{_INCIDENT}/mitre", incidents.mitre, "ATT&CK tactics and techniques", reply=schemas_matrix.Matrix),
        get(f"{_INCIDENT}/notes", timeline.notes, "List notes", reply=events.Notes, query=requests.Window),
        post(
            f"{_INCIDENT}/notes",
            timeline.add_note,
            "Add a note",
            reply=events.KeptNote,
            body=requests_events.Note,
            query=requests.Write,
            success=201,
            example='{"body": "called the owner"}',
        ),
        get(f"{_INCIDENT}/alerts", timeline.alerts, "List alerts", reply=events.Alerts, query=requests.Window),
        post(
            f"{_INCIDENT}/alerts",
            timeline.add_alerts,
            "Attach alerts",
            reply=events.Attached,
            body=requests_events.SentAlerts,
            query=requests.Write,
            success=201,
            example='{"status": "critical", "description": "CPU over 95 %", "source": "nagios"}',
        ),
        get(
            f"{_INCIDENT}/activities",
            timeline.activities,
            "What happened",
            reply=events.Activities,
            query=requests.Window,
        ),
        get(
            f"{_INCIDENT}/timeline",
            timeline.timeline,
            "Notes, alerts, activities in one order",
            reply=events.Timeline,
            query=requests.Walk,
        ),
        *table_actions.OPERATIONS,
        *table_counts.OPERATIONS,
        *table_views.OPERATIONS,
    ),
    errors.render,
    errors.Error,
    path_model=requests.Path,
    look=look,
)
