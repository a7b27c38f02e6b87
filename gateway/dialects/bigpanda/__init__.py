"""BigPanda's incidents API, version 2 (seed 003, specs/dialects.md section 4)."""

from gateway.dialects.bigpanda import (
    actions,
    activities,
    alerts,
    changes,
    definitions,
    environments,
    errors,
    incidents,
    moves,
    relations,
    tags,
)
from gateway.dialects.bigpanda.extension import EXTENSION
from gateway.dialects.bigpanda.names import NAME, PREFIX
from gateway.dialects.dialect import Dialect

dialect = Dialect(
    NAME,
    "BigPanda incidents API, v2",
    PREFIX,
    (
        *incidents.OPERATIONS,
        *environments.OPERATIONS,
        *actions.OPERATIONS,
        *moves.OPERATIONS,
        *tags.OPERATIONS,
        *definitions.OPERATIONS,
        *activities.OPERATIONS,
        *alerts.OPERATIONS,
        *changes.OPERATIONS,
        *relations.OPERATIONS,
    ),
    errors.render,
    errors.Error,
    extension=EXTENSION,
)
