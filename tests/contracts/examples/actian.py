"""Actian: incidents by numbers, and by what `ext.actian` says of them; the tenant in every path is the caller's."""

from tests.contracts.examples.example import Example, Ids, Makers, Things
from tests.contracts.faces import answered

_WORDS = ("connection_id", "connection_type", "alert_policy_id")
"""What an incident is found by, beside its project's number."""


async def incident(things: Things) -> Ids:
    """An incident of an asset, and an alert that tells of the asset."""
    own = {name: things.text(name) for name in ("asset_id", *_WORDS)}
    project, path = 7_000_000 + things.number, f"/_im/incidents/{things.text('i')}"
    said = {"project_id": project, "alert_policy_name": things.word, "source_name": things.word}
    fields = {"title": things.word, "tags": [things.word], "severity": "high", "ext": {"actian": {**own, **said}}}
    made = answered(await things.client.post(path, json=fields))
    violation = {"violation_name": things.text("violation"), "description": {"HIGH": [things.word]}}
    alert = {"alert_id": things.text("a"), "ext": {"actian": {"asset_id": own["asset_id"], **violation}}}
    answered(await things.client.post(f"{path}/alerts", json=alert))
    return {**own, "project_id": project, "violation": things.text("violation"), "incidentId": made["numeric_id"]}


MAKERS: Makers = dict.fromkeys(("incidentId", "asset_id", "violation", "project_id", *_WORDS), incident)

_FILTERED = (
    Example(shows=("incidentId",)),
    Example("by a number", query={"project_ids": "<project_id>"}),
    Example("by words", query={f"{name}s": f"<{name}>" for name in _WORDS}),
)

EXAMPLES = {
    "GET /api/backend/{tenant}/incidents": _FILTERED,
    "GET /api/backend/{tenant}/incidents/distribution": _FILTERED,
    "GET /api/backend/{tenant}/incidents/summary": _FILTERED,
    "GET /api/backend/{tenant}/incidents/{incidentId}": (Example(),),
    "POST /api/backend/{tenant}/configuration/alerts/by_filters": (
        Example(body={"sources": ["<asset_id>"], "upload_dates": [], "violation_names": []}),
        Example("by a violation", body={"sources": [], "upload_dates": [], "violation_names": ["<violation>"]}),
    ),
}
