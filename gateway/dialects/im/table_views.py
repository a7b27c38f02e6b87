"""Rows of the native dialect's table: views."""

from gateway.dialects.im import endpoints_views as views
from gateway.dialects.im import requests
from gateway.dialects.im import schemas_views as schemas
from gateway.dialects.im.documents import IF_MATCH, MADE, VERSIONED
from gateway.dialects.im.requests_views import NewView, View
from gateway.dialects.rows import delete, get, post, put

_VIEW = "/views/{view}"
_EXAMPLE = (
    '{"name": "Open and severe", "shared": true, "filters": {"start_time": "now-7d", "additional_fields": '
    '[{"name": "severity", "type": "multiselect", "value": ["critical", "high"]}]}, "columns": ["title", '
    '"severity", "assignee.name"], "sort": [{"field": "severity", "order": "desc"}]}'
)

OPERATIONS = (
    get("/views", views.list_views, "List views", reply=schemas.KeptViews, query=requests.Strict),
    post(
        "/views",
        views.create_view,
        "Keep a view",
        reply=schemas.KeptView,
        reply_headers=MADE,
        body=NewView,
        query=requests.Strict,
        success=201,
        example=_EXAMPLE,
    ),
    get(_VIEW, views.get_view, "Read a view", reply=schemas.KeptView, reply_headers=VERSIONED, query=requests.Strict),
    put(
        _VIEW,
        views.update_view,
        "Change a view",
        reply=schemas.KeptView,
        reply_headers=VERSIONED,
        body=View,
        query=requests.Strict,
        headers=(IF_MATCH,),
        example=_EXAMPLE,
    ),
    delete(
        _VIEW,
        views.delete_view,
        "Delete a view",
        reply=schemas.DeletedView,
        query=requests.Strict,
        headers=(IF_MATCH,),
        scope="write",
    ),
)
