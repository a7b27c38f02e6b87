"""The operations of BigPanda's incidents API, version 2 (docs/dialects/bigpanda.md)."""

from gateway.dialects.bigpanda import endpoints_actions as actions
from gateway.dialects.bigpanda import endpoints_activities as activities
from gateway.dialects.bigpanda import endpoints_alerts as alerts
from gateway.dialects.bigpanda import endpoints_definitions as definitions
from gateway.dialects.bigpanda import endpoints_environments as environments
from gateway.dialects.bigpanda import endpoints_incidents as incidents
from gateway.dialects.bigpanda import endpoints_moves as moves
from gateway.dialects.bigpanda import endpoints_tags as tags
from gateway.dialects.bigpanda import errors, requests, schemas
from gateway.dialects.bigpanda import requests_alerts as alert_requests
from gateway.dialects.bigpanda import requests_writes as writes
from gateway.dialects.bigpanda.acting import look
from gateway.dialects.bigpanda.extension import EXTENSION
from gateway.dialects.bigpanda.names import DATA_PREFIX, ENVIRONMENT, INCIDENT, INCIDENTS, NAME, PREFIX
from gateway.dialects.bigpanda.table_changes import CHANGES
from gateway.dialects.dialect import Dialect
from gateway.dialects.rows import delete, get, patch, post, put

_ALERTS = (
    '{"app_key": "backend_monitoring", "status": "critical", "host": "production-database-1", "check": '
    '"CPU load", "kubernetes.io/app": "web", "timestamp": 1402303570, "description": '
    '"CPU is above 40 %", "regions": ["US1", "EMEA"]}'
)
dialect = Dialect(
    NAME,
    "BigPanda incidents API, v2",
    PREFIX,
    (
        get(INCIDENTS, incidents.search_incidents, "Search incidents", reply=schemas.Incidents, query=requests.Search),
        get(INCIDENT, incidents.get_incident, "Get an incident", reply=schemas.Incident, query=requests.Detail),
        get("/environments", environments.list_environments, "List environments", reply=list[schemas.ShownEnvironment]),
        post(
            "/environments",
            environments.create_environment,
            "Create an environment",
            reply=schemas.ShownEnvironment,
            body=requests.NewEnvironment,
            example='{"name": "Production", "description": "what customers see", "filter": "host = prod-*"}',
        ),
        get(ENVIRONMENT, environments.get_environment, "Get an environment", reply=schemas.ShownEnvironment),
        patch(
            ENVIRONMENT,
            environments.change_environment,
            "Change an environment",
            reply=schemas.ShownEnvironment,
            body=requests.EnvironmentChange,
            success=202,
            example='{"filter": "host = prod-* AND status = critical"}',
        ),
        delete(ENVIRONMENT, environments.delete_environment, "Delete an environment", reply=schemas.Done),
        put(
            f"{INCIDENT}/assignment",
            actions.assign,
            "Assign an incident",
            body=writes.Assignment,
            success=204,
            example='{"assignee": "651d16e46db9ffbf9d5883d9"}',
        ),
        delete(f"{INCIDENT}/assignment", actions.unassign, "Unassign an incident", scope="write", success=204),
        put(
            f"{INCIDENT}/snooze",
            actions.snooze,
            "Snooze an incident",
            body=writes.Snooze,
            success=204,
            example='{"end_time": 1893456000, "comment": "until the release", "cancel_on_incident_updates": true}',
        ),
        delete(f"{INCIDENT}/snooze", actions.unsnooze, "Unsnooze an incident", scope="write", success=204),
        post(
            f"{INCIDENT}/comments",
            actions.add_comment,
            "Comment on an incident",
            body=writes.Comment,
            success=204,
            example='{"comment": "seen before"}',
        ),
        post(
            f"{INCIDENT}/resolve",
            actions.resolve,
            "Resolve an incident",
            reply=schemas.Accepted,
            body=writes.Resolution,
            success=202,
            example='{"comments": "the disk was replaced"}',
        ),
        post(
            f"{INCIDENT}/merge",
            moves.merge,
            "Merge incidents into one",
            reply=schemas.Accepted,
            body=writes.Merge,
            success=202,
            example='{"source_incidents": ["681102f731824249f48df555"], "comment": "the same outage"}',
        ),
        post(
            f"{INCIDENT}/split",
            moves.split,
            "Split alerts off an incident",
            reply=schemas.Accepted,
            body=writes.Split,
            success=202,
            example='{"alerts": ["5d09d221aebaec1c43ccd448"], "comment": "another rack"}',
        ),
        post(
            f"{ENVIRONMENT}/batch-resolve/alerts",
            moves.resolve_alerts,
            "Resolve alerts",
            reply=schemas.Accepted,
            body=writes.AlertsResolution,
            success=202,
            example='{"ids": ["5d09d221aebaec1c43ccd448"], "comments": "a test"}',
        ),
        get(f"{INCIDENT}/tags", tags.list_tags, "List an incident's tags", reply=list[schemas.SetTag]),
        post(
            f"{INCIDENT}/tags",
            tags.set_tags,
            "Give an incident tags",
            body=writes.Tags,
            success=204,
            example='[{"tag_id": "priority", "tag_value": "P1"}]',
        ),
        delete(f"{INCIDENT}/tags", tags.remove_tags, "Take all of an incident's tags away", scope="write", success=204),
        get(f"{INCIDENT}/tags/{{tag_id}}", tags.get_tag, "Get an incident's tag", reply=schemas.TagAccount),
        post(
            f"{INCIDENT}/tags/{{tag_id}}",
            tags.set_tag,
            "Give an incident a tag",
            body=writes.TagValue,
            success=204,
            example='{"tag_value": "P1"}',
        ),
        delete(
            f"{INCIDENT}/tags/{{tag_id}}", tags.remove_tag, "Take an incident's tag away", scope="write", success=204
        ),
        get(
            "/incidents/tags/definitions",
            definitions.list_definitions,
            "List tag definitions",
            reply=list[schemas.ShownDefinition],
            query=writes.Definitions,
        ),
        post(
            "/incidents/tags/definitions",
            definitions.add_definition,
            "Define a tag",
            reply=schemas.ShownDefinition,
            body=writes.Definition,
            example='{"name": "Priority", "type": "Priority", "config": {"ordered_list": ["P1", "P2", "P3"]}}',
        ),
        get(
            "/incidents/tags/definitions/{tag_id}",
            definitions.get_definition,
            "Get a tag definition",
            reply=schemas.ShownDefinition,
        ),
        put(
            "/incidents/tags/definitions/{tag_id}",
            definitions.change_definition,
            "Change a tag definition",
            reply=schemas.ShownDefinition,
            body=writes.Definition,
            example='{"name": "Priority", "type": "Priority", "config": {"ordered_list": ["P1", "P2"]}}',
        ),
        get(
            "/incidents/{incident_id}/activities",
            activities.list_activities,
            "List an incident's activities",
            reply=schemas.ActivityPage,
            query=writes.Activities,
        ),
        post(
            "/alerts",
            alerts.add_alerts,
            "Send alerts",
            reply=schemas.Taken,
            body=alert_requests.Alerts,
            success=201,
            prefix=DATA_PREFIX,
            example=_ALERTS,
        ),
        *CHANGES,
    ),
    errors.render,
    errors.Error,
    path_model=requests.Path,
    extension=EXTENSION,
    look=look,
)
