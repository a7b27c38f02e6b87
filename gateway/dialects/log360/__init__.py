"""Log360's incident API, v2 (seed 002, specs/dialects.md section 3)."""

from gateway.dialects.dialect import Dialect, Operation
from gateway.dialects.log360 import errors, incidents, requests
from gateway.dialects.log360.extension import EXTENSION, SCOPE_WORDS, Settings
from gateway.dialects.log360.names import NAME, PREFIX

_CREATE = (
    '{"name": "test", "description": "test description", "severity": "trouble", "status": "open", "assignee": -1,'
    ' "due_date": "2027-10-03 10:30:00", "notes": ["adding a test note"],'
    ' "evidence": ["dd34449f-47ae-433b-94b9-7bfddba1ab0c_objectidcustom_logs"], "source": "report"}'
)
_UPDATE = '{"incident_id": 1, "name": "test", "status": "in_progress", "notes": ["on it"]}'

dialect = Dialect(
    NAME,
    "Log360 incident API",
    PREFIX,
    (
        Operation(
            "GET", "/incident/{incident_id}", incidents.get_incident, "read", "Get an incident", query=requests.Detail
        ),
        Operation("GET", "/incident", incidents.list_incidents, "read", "List incidents", query=requests.List),
        Operation(
            "POST",
            "/incident",
            incidents.create_incident,
            "write",
            "Create an incident",
            body=requests.Create,
            example=_CREATE,
        ),
        Operation(
            "PUT",
            "/incident",
            incidents.update_incident,
            "write",
            "Update an incident",
            body=requests.Update,
            example=_UPDATE,
        ),
        Operation(
            "DELETE",
            "/incident",
            incidents.delete_incidents,
            "delete",
            "Delete incidents",
            body=requests.Delete,
            query=requests.Delete,
            example='{"incident_ids": [1]}',
        ),
    ),
    errors.render,
    errors.Refusal,
    extension=EXTENSION,
    settings=Settings,
    scope_words=SCOPE_WORDS,
)
