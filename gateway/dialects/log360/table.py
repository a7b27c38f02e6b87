"""The operations of Log360's incident API, v2 (docs/dialects/log360.md)."""

from gateway.dialects.dialect import Dialect
from gateway.dialects.log360 import endpoints, errors, requests, schemas
from gateway.dialects.log360.extension import EXTENSION, SCOPE_WORDS, Settings
from gateway.dialects.log360.names import NAME, PREFIX
from gateway.dialects.rows import delete, get, post, put

_CREATE = (
    '{"name": "test", "description": "test description", "severity": "trouble", "status": "open", '
    '"assignee": -1, "due_date": "2027-10-03 10:30:00", "notes": ["adding a test note"], "evidence": '
    '["dd34449f-47ae-433b-94b9-7bfddba1ab0c_objectidcustom_logs"], "source": "report"}'
)

dialect = Dialect(
    NAME,
    "Log360 incident API",
    PREFIX,
    (
        get(
            "/incident/{incident_id}",
            endpoints.get_incident,
            "Get an incident",
            reply=schemas.Shown,
            query=requests.Detail,
        ),
        get("/incident", endpoints.list_incidents, "List incidents", reply=schemas.Listed, query=requests.List),
        post(
            "/incident",
            endpoints.create_incident,
            "Create an incident",
            reply=schemas.Made,
            body=requests.Create,
            example=_CREATE,
        ),
        put(
            "/incident",
            endpoints.update_incident,
            "Update an incident",
            reply=schemas.Said,
            body=requests.Update,
            example='{"incident_id": 1, "name": "test", "status": "in_progress", "notes": ["on it"]}',
        ),
        delete(
            "/incident",
            endpoints.delete_incidents,
            "Delete incidents",
            reply=schemas.Said,
            body=requests.Delete,
            query=requests.Delete,
            example='{"incident_ids": [1]}',
        ),
    ),
    errors.render,
    errors.Refusal,
    path_model=requests.Path,
    extension=EXTENSION,
    settings=Settings,
    scope_words=SCOPE_WORDS,
)
