"""What a search asks for, as criteria and an order. Nothing here talks to a server or reads the clock."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.dialects.bigpanda import folders
from gateway.dialects.bigpanda.extension import COLUMNS
from gateway.dialects.bigpanda.membership import LISTED
from gateway.dialects.bigpanda.replies import SHOWN
from gateway.dialects.bigpanda.requests import Search as Asked
from gateway.dialects.bigpanda.requests import SortBy
from gateway.dialects.bigpanda.times import SECOND, moment, whole_seconds
from queries.criteria import And, Between, Criterion, Not, Or, Present, Where
from queries.errors import QueryError
from queries.periods import iso
from queries.searches import WINDOW, Search

MOST_EXPANDED = 10

_STARTED, _RESOLVED = COLUMNS["started_at"], COLUMNS["resolved_at"]
_KEYS: Mapping[SortBy, dict[str, Any]] = {
    "last_change": {"updated_at": {"order": "desc"}},
    "status": {"status_rank": {"order": "desc", "missing": "_last"}},
    "start": {"started_at": {"order": "desc"}},
    "alerts": {"alert_count": {"order": "desc", "missing": "_last"}},
}


def search(
    query: Asked,
    wanted: Sequence[Criterion],
    environments: Mapping[str, Criterion],
    now: datetime,
    window: int = WINDOW,
) -> Search:
    """The page that is asked for of the incidents that are `wanted`, each with those of the environments it is in.

    Raises QueryError for a page that there cannot be, and a period that ends before it starts.
    """
    _check(query, window)
    criteria = [LISTED, *wanted, *_period(query, now)]
    if query.folder is not None:
        criteria.append(folders.inside(query.folder, now))
    order = (_KEYS[query.sort_by], {"numeric_id": {"order": "desc"}})
    offset = (query.page - 1) * query.page_size
    return Search(And(tuple(criteria)), order, query.page_size, offset, fields=SHOWN, total=True, named=environments)


def _check(query: Asked, window: int) -> None:
    if query.expand and query.page_size > MOST_EXPANDED:
        raise QueryError(f"with expand=alerts, a page has at most {MOST_EXPANDED} incidents", "page_size")
    if query.page * query.page_size > window:
        raise QueryError(f"pages reach to the {window:,}th incident", "page", "window_exceeded")


def _period(query: Asked, now: datetime) -> list[Criterion]:
    """Those that were active at any moment of the period; both of its ends are whole seconds, and in it."""
    last = whole_seconds(now) if query.to is None else query.to
    begun = Where(_STARTED, Between(lt=iso(moment(last) + SECOND)))
    if query.from_ is None:
        return [begun]
    if query.from_ > last:
        raise QueryError(f"{query.from_} is after to, which is {last}", "from")
    return [begun, Or((Not(Where(_RESOLVED, Present())), Where(_RESOLVED, Between(gte=iso(moment(query.from_))))))]
