"""Actian's incidents API (seed 004, specs/dialects.md section 5): read only, one tenant in each path."""

from gateway.dialects.actian import alerts, errors, incidents, requests, stats
from gateway.dialects.actian.extension import EXTENSION, KEY_HEADER
from gateway.dialects.actian.names import NAME, PREFIX
from gateway.dialects.dialect import Dialect, Operation

_INCIDENTS = "/{tenant}/incidents"
_BY_FILTERS = (
    '{"sources": ["5x0e34yk1re4"], "upload_dates": ["2025-06-30T14:12:51.871Z", "2025-06-30T14:13:55.325Z"],'
    ' "violation_names": ["FEATURE.s132j7ja1", "DATA.a531"]}'
)

dialect = Dialect(
    NAME,
    "Actian incidents API",
    PREFIX,
    (
        Operation("GET", _INCIDENTS, incidents.list_incidents, "read", "List incidents", query=requests.Filters),
        Operation(
            "GET",
            f"{_INCIDENTS}/distribution",
            stats.distribution,
            "read",
            "By day, severity and impact",
            query=requests.Filters,
        ),
        Operation("GET", f"{_INCIDENTS}/summary", stats.summary, "read", "Summary", query=requests.Filters),
        Operation("GET", f"{_INCIDENTS}/{{incidentId}}", incidents.get_incident, "read", "Get an incident"),
        Operation(
            "POST",
            "/{tenant}/configuration/alerts/by_filters",
            alerts.by_filters,
            "read",
            "Retrieve alerts by filters",
            requests.AlertFilters,
            example=_BY_FILTERS,
        ),
    ),
    errors.render,
    errors.Error,
    KEY_HEADER,
    extension=EXTENSION,
)
