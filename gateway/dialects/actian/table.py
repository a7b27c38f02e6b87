"""The operations of Actian's incidents API: read only, one tenant in each path."""

from gateway.dialects.actian import endpoints_alerts as alerts
from gateway.dialects.actian import endpoints_incidents as incidents
from gateway.dialects.actian import endpoints_stats as stats
from gateway.dialects.actian import errors, requests, schemas
from gateway.dialects.actian.extension import EXTENSION, KEY_HEADER
from gateway.dialects.actian.names import NAME, PREFIX
from gateway.dialects.dialect import Dialect
from gateway.dialects.rows import get, post

_INCIDENTS = "/{tenant}/incidents"
_ALERT_FILTERS = (
    '{"sources": ["5x0e34yk1re4"], "upload_dates": ["2025-06-30T14:12:51.871Z", '
    '"2025-06-30T14:13:55.325Z"], "violation_names": ["FEATURE.s132j7ja1", "DATA.a531"]}'
)

dialect = Dialect(
    NAME,
    "Actian incidents API",
    PREFIX,
    (
        get(
            _INCIDENTS, incidents.list_incidents, "List incidents", reply=list[schemas.Incident], query=requests.Filters
        ),
        get(
            f"{_INCIDENTS}/distribution",
            stats.distribution,
            "By day, severity and impact",
            reply=schemas.Distribution,
            query=requests.Filters,
        ),
        get(
            f"{_INCIDENTS}/summary",
            stats.summary,
            "Summary",
            reply=schemas.Summary,
            reply_headers=("X-Truncated",),
            query=requests.Filters,
        ),
        get(f"{_INCIDENTS}/{{incidentId}}", incidents.get_incident, "Get an incident", reply=schemas.Detail),
        post(
            "/{tenant}/configuration/alerts/by_filters",
            alerts.by_filters,
            "Retrieve alerts by filters",
            reply=list[schemas.Alert],
            body=requests.AlertFilters,
            scope="read",
            example=_ALERT_FILTERS,
        ),
    ),
    errors.render,
    errors.Error,
    path_model=requests.Path,
    key_header=KEY_HEADER,
    extension=EXTENSION,
)
