"""v1's filters as criteria. Nothing here talks to a server or reads the clock."""

from collections.abc import Sequence
from datetime import timedelta

from gateway.dialects.incidents_v1.requests import Filters
from gateway.dialects.incidents_v1.times import at
from gateway.dialects.incidents_v1.words import criterion
from queries.criteria import And, Between, Criterion, Is, Not, Or, Present, Where
from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS, Column
from queries.periods import iso

INCIDENTS = Where(Column("kind", "keyword"), Is(("incident",)))
SERVICE_PAIRS = Column("service_pairs", "keyword")
SEPARATOR = "\u001f"
COLUMNS = {
    "resolution": "resolution",
    "service": "services.name",
    "namespace": "services.namespace",
    "metric": "metric_names",
    "source": "source",
}
"""Where the facets of free text are stored."""

ACKNOWLEDGED = Where(TYPED_COLUMNS["acknowledged_at"], Present())

_WHOLE = timedelta(milliseconds=999)


def wanted(filters: Filters) -> Criterion:
    """The incidents that pass every filter. Raises QueryError for a start after the end."""
    return And(
        (INCIDENTS, *_period(filters), *_words(filters), *_texts(filters), *_services(filters), *_acknowledged(filters))
    )


def _period(filters: Filters) -> list[Criterion]:
    """Started from the first second to the last, all of which counts."""
    start, end = filters.start_timestamp, filters.end_timestamp
    if start is None and end is None:
        return []
    if start is not None and end is not None and start > end:
        raise QueryError(f"startTimestamp {start} is after endTimestamp {end}", "startTimestamp")
    first = None if start is None else iso(at(start))
    last = None if end is None else iso(at(end) + _WHOLE)
    return [Where(TYPED_COLUMNS["started_at"], Between(gte=first, lte=last))]


def _words(filters: Filters) -> list[Criterion]:
    chosen: dict[str, Sequence[str]] = {"type": filters.type, "status": filters.status, "category": filters.category}
    return [Or(tuple(criterion(name, word) for word in words)) for name, words in chosen.items() if words]


def _texts(filters: Filters) -> list[Criterion]:
    resolution = [] if filters.resolution is None else [filters.resolution]
    chosen = {"metric": filters.metric, "source": filters.source, "resolution": resolution}
    return [_any(name, texts) for name, texts in chosen.items() if texts]


def _services(filters: Filters) -> list[Criterion]:
    """Asked for both, one and the same service has the name and the namespace."""
    if filters.service and filters.namespace:
        pairs = tuple(f"{space}{SEPARATOR}{name}" for space in filters.namespace for name in filters.service)
        return [Where(SERVICE_PAIRS, Is(pairs))]
    chosen = {"service": filters.service, "namespace": filters.namespace}
    return [_any(name, texts) for name, texts in chosen.items() if texts]


def _any(name: str, texts: list[str]) -> Criterion:
    return Where(TYPED_COLUMNS[COLUMNS[name]], Is(tuple(texts)))


def _acknowledged(filters: Filters) -> list[Criterion]:
    match filters.acknowledged:
        case None:
            return []
        case True:
            return [ACKNOWLEDGED]
        case False:
            return [Not(ACKNOWLEDGED)]
