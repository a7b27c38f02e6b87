"""The operations of changes, and of what they have to do with incidents."""

from dataclasses import replace

from gateway.dialects.bigpanda import endpoints_changes as changes
from gateway.dialects.bigpanda import endpoints_deployments as deployments
from gateway.dialects.bigpanda import endpoints_relations as relations
from gateway.dialects.bigpanda import requests_changes as change_requests
from gateway.dialects.bigpanda import requests_deployments as deployment_requests
from gateway.dialects.bigpanda import schemas
from gateway.dialects.bigpanda import schemas_changes as change_schemas
from gateway.dialects.bigpanda.endpoints_changes import APP_KEY
from gateway.dialects.rows import get, post, put

_CHANGE = (
    '{"identifier": "CHG-166146", "status": "In Progress", "summary": "new kernel on the database hosts",'
    ' "start": 1795320000, "ticket_url": "https://changes.example.org/CHG-166146", "tags": {"host": '
    '"db-1"}}'
)
_RELATION = (
    '{"change_id": "5f7f04f3b7b9b84f4d0b5b2c", "incident_id": "681102f731824249f48df555", '
    '"match_certainty": "SUSPECT", "comment": "the same region"}'
)
_DEPLOYMENT = (
    '{"component": "billing", "version": "1.2.3", "hosts": ["prod-api-1", "prod-api-2"], "description": '
    '"faster invoices", "owner": "john@acme.example"}'
)
_DEPLOYMENT_END = (
    '{"component": "billing", "version": "1.2.3", "hosts": ["prod-api-1"], "status": "failure", '
    '"errorMessage": "the migration failed"}'
)

CHANGES = (
    post(
        "/changes",
        changes.send_change,
        "Send a change",
        body=change_requests.Change,
        success=204,
        prefix="/data",
        headers=(APP_KEY,),
        example=_CHANGE,
    ),
    post(
        deployments.START,
        deployments.start_deployment,
        "Tell the start of a deployment",
        reply=change_schemas.KeptDeploymentReply,
        body=deployment_requests.DeploymentStart,
        prefix="/data",
        headers=(replace(APP_KEY, required=False),),
        example=_DEPLOYMENT,
    ),
    post(
        deployments.END,
        deployments.end_deployment,
        "Tell the end of a deployment",
        reply=change_schemas.KeptDeploymentReply,
        body=deployment_requests.DeploymentEnd,
        prefix="/data",
        headers=(replace(APP_KEY, required=False),),
        example=_DEPLOYMENT_END,
    ),
    get(
        "/changes",
        changes.list_changes,
        "List changes",
        reply=change_schemas.ChangePage,
        reply_headers=("Link",),
        query=change_requests.Changes,
    ),
    get("/changes/{change_id}", changes.get_change, "Get a change", reply=change_schemas.ShownChange),
    post(
        "/rcc",
        relations.add_relation,
        "Relate a change to an incident",
        reply=schemas.Hex,
        body=change_requests.Relation,
        success=201,
        example=_RELATION,
    ),
    get(
        "/rcc",
        relations.list_relations,
        "List relations",
        reply=change_schemas.RelatedChanges,
        query=change_requests.Relations,
    ),
    get("/rcc/{related_change_id}", relations.get_relation, "Get a relation", reply=change_schemas.ShownRelation),
    put(
        "/rcc/{related_change_id}",
        relations.change_relation,
        "Change a relation",
        reply=change_schemas.ShownRelation,
        body=change_requests.RelationChange,
        example='{"match_certainty": "MATCH"}',
    ),
)
