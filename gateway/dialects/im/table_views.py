"""Rows of the native dialect's table: views."""

from gateway.dialects.im import endpoints_views as views
from gateway.dialects.im import requests, schemas_views
from gateway.dialects.im.documents import IF_MATCH
from gateway.dialects.im.requests_views import View
from gateway.dialects.rows import delete, get, post, put

_VIEW = "/views/{id}"
_EXAMPLE = (
    '{"name": "Open and severe", "shared": true, "filters": {"start_time": "now-7d", "additional_fields": '
    '[{"name": "severity", "type": "multiselect", "value": ["critical", "high"]}]}, "columns": ["title", '
    '"severity", "assignee.name"], "sort": [{"field": "severity", "order": "desc"}]}'
)

OPERATIONS = (
    get("/views", views.list_views, "List views", reply=schemas_views.Views, query=requests.Strict),
    post(
        "/views",
        views.create_view,
        "Keep a view",
        reply=schemas_views.KeptView,
        body=View,
        query=requests.Strict,
        success=201,
        example=_EXAMPLE,
    ),
    get(_VIEW, views.get_view, "Read a view", reply=schemas_views.KeptView, query=requests.Strict),
    put(
        _VIEW,
        views.update_view,
        "Change a view",
        reply=schemas_views.KeptView,
        body=View,
        query=requests.Strict,
        headers=(IF_MATCH,),
        example=_EXAMPLE,
    ),
    delete(
        _VIEW,
        views.delete_view,
        "Delete a view",
        reply=schemas_views.DeletedView,
        query=requests.Strict,
        headers=(IF_MATCH,),
        scope="write",
    ),
)
