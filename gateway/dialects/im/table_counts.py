"""Rows of the native dialect's table: what there is to ask for, and what is counted."""

from gateway.dialects.im import endpoints_fields as fields
from gateway.dialects.im import endpoints_stats as stats
from gateway.dialects.im import requests, requests_stats
from gateway.dialects.im import schemas_counts as counts
from gateway.dialects.rows import get, post

_WIDGETS = (
    '{"start_time": "now-30d", "end_time": "now", "widgets": {"per day": {"histogram": {"field": "started_at", '
    '"interval": "day", "time_zone": "Europe/Paris", "split": {"field": "severity"}}}, "sources": {"values": '
    '{"field": "source", "size": 5}}, "time to resolve": {"durations": {"of": "resolve", "by": "severity"}}}}'
)

OPERATIONS = (
    get("/whoami", fields.whoami, "Who calls", reply=counts.Caller, query=requests.Strict),
    get(
        "/vocabulary",
        fields.vocabulary,
        "Severities, workflows, limits",
        reply=counts.Vocabulary,
        query=requests.Strict,
    ),
    get("/fields", fields.fields, "List the fields", reply=counts.Fields, query=requests.Strict),
    get(
        "/fields/{name}/values",
        fields.values,
        "List a field's values",
        reply=counts.ListedValues,
        body=requests_stats.FieldValues,
        query=requests_stats.FieldValues,
        example='{"prefix": "pow", "size": 5}',
    ),
    post(
        "/incidents_full_types/stats",
        stats.stats,
        "Count for a screen",
        reply=counts.WidgetAnswers,
        body=requests_stats.Widgets,
        scope="read",
        example=_WIDGETS,
    ),
    get(
        "/mitre",
        stats.mitre,
        "The ATT&CK matrix with counts",
        reply=counts.CountedMatrix | counts.Layer,
        body=requests_stats.Matrix,
        query=requests_stats.Matrix,
        example='{"start_time": "now-30d"}',
    ),
    post(
        "/mitre",
        stats.mitre,
        "The ATT&CK matrix with counts",
        reply=counts.CountedMatrix | counts.Layer,
        body=requests_stats.Matrix,
        scope="read",
        example='{"start_time": "now-30d", "format": "navigator"}',
    ),
)
