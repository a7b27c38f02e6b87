"""What the demo's operators have set up in BigPanda's API: the tags that incidents are given, and environments."""

from typing import Any

from gateway.demo.stage import Stage
from gateway.dialects.bigpanda import definitions, membership
from gateway.dialects.bigpanda.bodies import Definition
from gateway.dialects.bigpanda.membership import Environment
from gateway.dialects.bigpanda.times import seconds
from gateway.store import registry
from gateway.store.registry import Entry
from queries.periods import iso

MAKER = "operations-lead"

TAGS = [
    Definition.model_validate(each)
    for each in (
        {"name": "Priority", "type": "Priority", "description": "how soon somebody has to look",
         "config": {"ordered_list": ["p1", "p2", "p3", "p4"]}},
        {"name": "Root_cause", "type": "Text", "description": "what it turned out to be"},
        {"name": "Customers", "type": "MultiValue", "description": "who has noticed"},
    )
]  # fmt: skip
ENVIRONMENTS = (
    Environment("5e1ec7ed0000000000000001", "Databases", "hosts of databases", 'host = "db-*"'),
    Environment(
        "5e1ec7ed0000000000000002", "What customers see", "shop and billing, while they have a problem",
        "application IN [shop, billing] AND status != ok",
    ),
)  # fmt: skip


def label(name: str, value: str | list[str]) -> dict[str, Any]:
    """The tag of that name as an incident holds it."""
    found = next(each for each in TAGS if each.name == name)
    return {"id": definitions.id_of(name), "name": name, "type": found.type, "value": value}


async def arrange(stage: Stage) -> None:
    """The tags are defined and the environments are there; what the tenant has of its own stays."""
    tenant, store = stage.tenant, stage.ctx.store
    at = seconds(iso(stage.times[0]))
    stamp = {"updated_by": MAKER, "updated_at": at, "created_by": MAKER, "created_at": at}
    tags = {
        (name := definitions.id_of(each.name)): {"id": name, **each.model_dump(exclude_none=True), **stamp}
        for each in TAGS
    }

    def defined(held: Entry | None) -> Entry:
        return definitions.entry(tenant, {**definitions.read(held), **tags})

    def environed(held: Entry | None) -> Entry:
        names = {each.name.casefold() for each in ENVIRONMENTS}
        others = [each for each in membership.read(held) if each.name.strip().casefold() not in names]
        return membership.entry(tenant, [*others, *ENVIRONMENTS])

    await registry.revise(store, definitions.entry_id(tenant), defined)
    await registry.revise(store, membership.entry_id(tenant), environed)
