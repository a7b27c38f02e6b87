"""The incidents service, version 1 (seed 000): its table of operations.

Its reference names operations without methods and paths; those are our choice, and so are the answers that it leaves
out. docs/dialects/incidents_v1.md lists them.
"""

from pydantic import BaseModel

from gateway.dialects.dialect import Dialect, Operation
from gateway.dialects.incidents_v1 import errors, incidents, lists, notes, requests, scans, stats
from gateway.dialects.incidents_v1.extension import EXTENSION
from gateway.dialects.incidents_v1.names import NAME, PREFIX
from gateway.dialects.incidents_v1.reading import API_VERSION, USER_ID, Endpoint, versioned

_INCIDENT = "/incidents/{id}"
_ACKNOWLEDGE = "/incidents/{id}/acknowledge"
_NOTE = "/incidents/notes/{noteId}"
_NOTES = "/incidents/{incidentId}/notes"
_STATS = "/incidents/stats"
_SCANS = "/scan-reports"
_TEXT = ("text/plain",)
_PUT = (
    '{"type": "ANOMALY", "incidentId": "disk-17", "title": "Disk is slow", "category": "PERFORMANCE",'
    ' "source": "nagios", "description": "latency over 80 ms", "recommendation": "look at the array",'
    ' "status": "OPEN", "resolution": "", "services": [{"name": "api", "namespace": "prod"}],'
    ' "metricNames": ["disk.latency"], "startTime": 1795305600, "sourceSite": "eu-1", "severity": "Sev2",'
    ' "priority": "P2", "metadata": {"host": "srv-1"}}'
)
_PATCH = (
    '{"title": "Disk is slow", "description": "latency over 80 ms", "recommendation": "replace the array",'
    ' "status": "RESOLVED", "resolution": "replaced", "severity": "Sev2", "priority": "P2"}'
)
_NOTE_BODY = '{"body": "array ordered"}'
_REPORT = '{"source": "trivy", "createdAt": "2026-11-22T08:00:00Z", "payload": "{\\"score\\": 84}"}'


def _get(path: str, endpoint: Endpoint, summary: str, query: type[BaseModel] | None = None) -> Operation:
    return Operation("GET", path, versioned(endpoint), "read", summary, query=query)


def _send(
    method: str, path: str, endpoint: Endpoint, summary: str, body: type[BaseModel], example: str, *, success: int = 200
) -> Operation:
    return Operation(method, path, versioned(endpoint), "write", summary, body, success=success, example=example)


def _put_incident(method: str) -> Operation:
    endpoint = versioned(incidents.put_incident)
    return Operation(
        method, "/incidents", endpoint, "write", "Create or update", requests.Incident, reply_types=_TEXT, example=_PUT
    )


def _acknowledge(method: str) -> Operation:
    endpoint = versioned(incidents.acknowledge)
    return Operation(method, _ACKNOWLEDGE, endpoint, "write", "Acknowledge", headers=(USER_ID,))


dialect = Dialect(
    NAME,
    "Incidents service (v1)",
    PREFIX,
    (
        _get("/incidents", lists.list_incidents, "List incidents", requests.Listed),
        _put_incident("POST"),
        _put_incident("PUT"),
        _get("/incidents/facets", lists.list_with_facets, "List incidents with facets", requests.Faceted),
        _get("/incidents/types", incidents.types, "Incident types"),
        _get(f"{_STATS}/types", stats.types_over_time, "By type, in buckets", requests.TypeBuckets),
        _get(f"{_STATS}/current", stats.current, "Current incidents", requests.Current),
        _get(f"{_STATS}/current/priorities", stats.current_by_priority, "By priority", requests.Current),
        _get(f"{_STATS}/severities", stats.severities_over_time, "By severity, in buckets", requests.SeverityBuckets),
        _get(f"{_STATS}/{{type}}/count", stats.count, "Opened and resolved", requests.Window),
        _get(f"{_STATS}/{{type}}/services", stats.services, "Services with the most", requests.StartWindow),
        _get(_NOTE, notes.get_note, "Read a note"),
        _send("PUT", _NOTE, notes.change_note, "Change a note", requests.Note, _NOTE_BODY),
        Operation("DELETE", _NOTE, versioned(notes.delete_note), "delete", "Delete a note"),
        _get(_INCIDENT, incidents.get_incident, "Read an incident"),
        _send("PATCH", _INCIDENT, incidents.patch_incident, "Change in part", requests.Patch, _PATCH),
        _acknowledge("POST"),
        _acknowledge("PUT"),
        _get(_NOTES, notes.list_notes, "Notes"),
        _send("POST", _NOTES, notes.add_note, "Add a note", requests.Note, _NOTE_BODY, success=201),
        _get(f"{_SCANS}/score", scans.get_score, "Score of the scans"),
        _get(_SCANS, scans.get_report, "Latest scan report of a source", requests.ScanSource),
        _send("POST", _SCANS, scans.add_report, "Store a scan report", requests.ScanReport, _REPORT, success=201),
    ),
    errors.render,
    errors.JsonError,
    headers=(API_VERSION,),
    extension=EXTENSION,
)
