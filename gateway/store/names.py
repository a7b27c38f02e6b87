"""What a tenant can be called, and what its indices are."""

import re

from queries.errors import QueryError

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
REGISTRY = "im-registry"


def tenant_name(name: str, where: str | None = None) -> str:
    """The name, if a tenant can have it. Raises QueryError."""
    if not NAME.fullmatch(name):
        raise QueryError(f'"{name[:80]}" cannot be a tenant: 1 to 63 of a-z 0-9 _ -, a letter or digit first', where)
    return name


def incidents_of(tenant: str) -> str:
    """The index of a tenant's incidents and aggregation results."""
    return f"im-incidents-{tenant}"


def events_of(tenant: str) -> str:
    """The index of a tenant's notes, alerts and activities."""
    return f"im-events-{tenant}"
