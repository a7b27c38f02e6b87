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
    asked: Asked,
    wanted: Sequence[Criterion],
    environments: Mapping[str, Criterion],
    now: datetime,
    window: int = WINDOW,
) -> Search:
    """The page that is asked for of the incidents that are `wanted`, each with those of the environments it is in.

    Raises QueryError for a page that there cannot be, and a period that ends before it starts.
    """
    _check(asked, window)
    criteria = [LISTED, *wanted, *_period(asked, now)]
    if asked.folder is not None:
        criteria.append(folders.inside(asked.folder, now))
    order = (_KEYS[asked.sort_by], {"numeric_id": {"order": "desc"}})
    offset = (asked.page - 1) * asked.page_size
    return Search(And(tuple(criteria)), order, asked.page_size, offset, fields=SHOWN, total=True, named=environments)


def _check(asked: Asked, window: int) -> None:
    if asked.expand and asked.page_size > MOST_EXPANDED:
        raise QueryError(f"with expand=alerts, a page has at most {MOST_EXPANDED} incidents", "page_size")
    if asked.page * asked.page_size > window:
        raise QueryError(f"pages reach to the {window:,}th incident", "page", "window_exceeded")


def _period(asked: Asked, now: datetime) -> list[Criterion]:
    """Those that were active at any moment of the period; both of its ends are whole seconds, and in it."""
    last = whole_seconds(now) if asked.to is None else asked.to
    begun = Where(_STARTED, Between(lt=iso(moment(last) + SECOND)))
    if asked.from_ is None:
        return [begun]
    if asked.from_ > last:
        raise QueryError(f"{asked.from_} is after to, which is {last}", "from")
    return [begun, Or((Not(Where(_RESOLVED, Present())), Where(_RESOLVED, Between(gte=iso(moment(asked.from_))))))]
