"""The guard on a guest's OpenSearch query: what runs is rebuilt from allowed parts only, within bounds."""

from queries.guest.clauses import guest, names
from queries.guest.columns import DEFAULT_FIELDS

__all__ = ["DEFAULT_FIELDS", "guest", "names"]
