"""The operations of `_im` that are of many incidents at once."""

from gateway.dialects.im import endpoints_bulk as bulk
from gateway.dialects.im import endpoints_by_filter as by_filter
from gateway.dialects.im import requests, requests_changes
from gateway.dialects.im import schemas_bulk as bulk_schemas
from gateway.dialects.im import schemas_changes as changes
from gateway.dialects.rows import post

_BULK = ("application/x-ndjson", "application/json")
_LINES = '{"update": {"_id": "i1"}}\n{"doc": {"status": "resolved"}}\n{"_meta": {"id": "i2"}, "reviewer": "alice"}\n'

OPERATIONS = (
    post(
        "/incidents/bulkUpdate",
        bulk.bulk_update,
        "Update many incidents",
        reply=bulk_schemas.BulkUpdate,
        body=requests.Documents,
        query=requests.Write,
        media_types=_BULK,
        example=_LINES,
    ),
    post(
        "/incidents/bulkCreate",
        bulk.bulk_create,
        "Create many incidents",
        reply=bulk_schemas.BulkCreate,
        body=requests.Documents,
        query=requests.Write,
        media_types=_BULK,
        example='{"create": {"_id": "i1"}}\n{"title": "First"}\n',
    ),
    post(
        "/incidents/bulkDelete",
        bulk.bulk_delete,
        "Delete many incidents",
        reply=bulk_schemas.BulkDelete,
        body=requests_changes.Ids,
        query=requests.Write,
        media_types=_BULK,
        scope="delete",
        example='{"delete": {"_id": "i1"}}\n{"_meta": {"id": "i2"}}\n',
    ),
    post(
        "/incidents/bulkUpdate/byFilter",
        by_filter.update_by_filter,
        "Update all incidents that filters ask for",
        reply=changes.DryRun | changes.UpdateRun,
        stream=changes.Outcomes,
        body=requests_changes.UpdateByFilter,
        query=requests.Write,
        reply_types=("application/json", "application/x-ndjson"),
        example='{"dry_run": true, "search_query": {"term": {"host": "srv-12"}}, "change": {"status": "closed"}}',
    ),
    post(
        "/incidents/bulkDelete/byFilter",
        by_filter.delete_by_filter,
        "Delete all incidents that filters ask for",
        reply=changes.DryRun | changes.DeleteRun,
        stream=changes.Outcomes,
        body=requests_changes.DeleteByFilter,
        query=requests.Write,
        scope="delete",
        reply_types=("application/json", "application/x-ndjson"),
        example='{"dry_run": true, "end_time": "now-1y"}',
    ),
)
