"""The operations of the incidents service, version 1.

Its reference names operations without methods and paths; those are our choice, and so are the answers that it leaves
out. docs/dialects/incidents_v1.md lists them.
"""

from gateway.dialects.dialect import Dialect
from gateway.dialects.incidents_v1 import endpoints_incidents as incidents
from gateway.dialects.incidents_v1 import endpoints_lists as lists
from gateway.dialects.incidents_v1 import endpoints_notes as notes
from gateway.dialects.incidents_v1 import endpoints_scans as scans
from gateway.dialects.incidents_v1 import endpoints_stats as stats
from gateway.dialects.incidents_v1 import errors, requests, schemas
from gateway.dialects.incidents_v1.extension import EXTENSION
from gateway.dialects.incidents_v1.names import NAME, PREFIX
from gateway.dialects.incidents_v1.reading import API_VERSION, USER_ID, look, versioned
from gateway.dialects.rows import delete, get, patch, post, put

_TEXT = ("text/plain",)
_STATS = "/incidents/stats"
_NOTE = "/incidents/notes/{noteId}"
_INCIDENT = "/incidents/{id}"
_PUT = (
    '{"type": "ANOMALY", "incidentId": "disk-17", "title": "Disk is slow", "category": "PERFORMANCE", '
    '"source": "nagios", "description": "latency over 80 ms", "recommendation": "look at the array", '
    '"status": "OPEN", "resolution": "", "services": [{"name": "api", "namespace": "prod"}], '
    '"metricNames": ["disk.latency"], "startTime": 1795305600, "sourceSite": "eu-1", "severity": "Sev2", '
    '"priority": "P2", "metadata": {"host": "srv-1"}}'
)
_PATCH = (
    '{"title": "Disk is slow", "description": "latency over 80 ms", "recommendation": "replace the '
    'array", "status": "RESOLVED", "resolution": "replaced", "severity": "Sev2", "priority": "P2"}'
)

dialect = Dialect(
    NAME,
    "Incidents service (v1)",
    PREFIX,
    versioned(
        (
            get("/incidents", lists.list_incidents, "List incidents", reply=schemas.Page, query=requests.Listed),
            post(
                "/incidents",
                incidents.put_incident,
                "Create or update",
                stream=schemas.IncidentNumber,
                body=requests.Incident,
                reply_types=_TEXT,
                example=_PUT,
            ),
            put(
                "/incidents",
                incidents.put_incident,
                "Create or update",
                stream=schemas.IncidentNumber,
                body=requests.Incident,
                reply_types=_TEXT,
                example=_PUT,
            ),
            get(
                "/incidents/facets",
                lists.list_with_facets,
                "List incidents with facets",
                reply=schemas.FacetedPage,
                query=requests.Faceted,
            ),
            get("/incidents/types", incidents.types, "Incident types", reply=list[requests.IncidentType]),
            get(
                f"{_STATS}/types",
                stats.types_over_time,
                "By type, in buckets",
                reply=list[schemas.Bucket],
                query=requests.TypeBuckets,
            ),
            get(f"{_STATS}/current", stats.current, "Current incidents", reply=schemas.Count, query=requests.Current),
            get(
                f"{_STATS}/current/priorities",
                stats.current_by_priority,
                "By priority",
                reply=schemas.Counts,
                query=requests.Current,
            ),
            get(
                f"{_STATS}/severities",
                stats.severities_over_time,
                "By severity, in buckets",
                reply=list[schemas.Bucket],
                query=requests.SeverityBuckets,
            ),
            get(
                f"{_STATS}/{{type}}/count",
                stats.count,
                "Opened and resolved",
                reply=schemas.StatusCounts,
                query=requests.Window,
            ),
            get(
                f"{_STATS}/{{type}}/services",
                stats.services,
                "Services with the most",
                reply=list[schemas.ServiceCount],
                query=requests.StartWindow,
            ),
            get(_NOTE, notes.get_note, "Read a note", reply=schemas.ShownNote),
            put(
                _NOTE,
                notes.change_note,
                "Change a note",
                reply=schemas.Done,
                body=requests.Note,
                example='{"body": "array ordered"}',
            ),
            delete(_NOTE, notes.delete_note, "Delete a note", reply=schemas.Done),
            get(_INCIDENT, incidents.get_incident, "Read an incident", reply=schemas.Shown),
            patch(
                _INCIDENT,
                incidents.patch_incident,
                "Change in part",
                reply=schemas.Shown,
                body=requests.Patch,
                example=_PATCH,
            ),
            post(
                f"{_INCIDENT}/acknowledge",
                incidents.acknowledge,
                "Acknowledge",
                reply=schemas.Shown,
                headers=(USER_ID,),
            ),
            put(
                f"{_INCIDENT}/acknowledge",
                incidents.acknowledge,
                "Acknowledge",
                reply=schemas.Shown,
                headers=(USER_ID,),
            ),
            get("/incidents/{incidentId}/notes", notes.list_notes, "Notes", reply=list[schemas.ShownNote]),
            post(
                "/incidents/{incidentId}/notes",
                notes.add_note,
                "Add a note",
                reply=schemas.ShownNote,
                body=requests.Note,
                success=201,
                example='{"body": "array ordered"}',
            ),
            get("/scan-reports/score", scans.get_score, "Score of the scans", reply=schemas.Score),
            get(
                "/scan-reports",
                scans.get_report,
                "Latest scan report of a source",
                reply=schemas.Report,
                query=requests.ScanSource,
            ),
            post(
                "/scan-reports",
                scans.add_report,
                "Store a scan report",
                reply=schemas.Report,
                body=requests.ScanReport,
                success=201,
                example='{"source": "trivy", "createdAt": "2026-11-22T08:00:00Z", "payload": "{\\"score\\": 84}"}',
            ),
        )
    ),
    errors.render,
    errors.JsonError,
    path_model=requests.Path,
    headers=(API_VERSION,),
    extension=EXTENSION,
    look=look,
)
