"""What a tenant can be called, and what its indices are.

A tenant's index is an alias, under the name that its index had before there were aliases; what stands behind it is
numbered. No name of a tenant has the dot in it, so that no pattern of one tenant's indices has another's in it.
"""

import re
from collections.abc import Mapping
from typing import Any

from queries.errors import QueryError

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
REGISTRY = "im-registry"
_MARK = "."


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


def numbered(alias: str, number: int) -> str:
    """The index that is, was or will be behind the alias."""
    return f"{alias}{_MARK}{number:06d}"


def number_of(index: str) -> int:
    """Its number; 0 of one that is under the tenant's name itself, as all were before there were aliases."""
    return int(index.partition(_MARK)[2] or 0)


def alias_of(index: str) -> str:
    """The name that the index is read and written by."""
    return index.partition(_MARK)[0]


def all_of(alias: str) -> str:
    """Every index that is, was or will be behind the alias, as a pattern."""
    return f"{alias},{alias}{_MARK}*"


def by_alias(reply: Mapping[str, Any], asked: str) -> Any:
    """What a reply that names indices has of the one that was asked for, by its alias or itself; None if nothing."""
    return next((value for index, value in reply.items() if alias_of(index) == alias_of(asked)), None)
