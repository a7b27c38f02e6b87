"""Rows of the native dialect's table: what there is to ask for, and what is counted."""

from gateway.dialects.im import endpoints_fields as fields
from gateway.dialects.im import requests, requests_stats
from gateway.dialects.rows import get

OPERATIONS = (
    get("/whoami", fields.whoami, "Who calls", query=requests.Strict),
    get("/vocabulary", fields.vocabulary, "Severities, workflows, limits", query=requests.Strict),
    get("/fields", fields.fields, "List the fields", query=requests.Strict),
    get(
        "/fields/{name}/values",
        fields.values,
        "List a field's values",
        body=requests_stats.FieldValues,
        query=requests_stats.FieldValues,
        example='{"prefix": "pow", "size": 5}',
    ),
)
