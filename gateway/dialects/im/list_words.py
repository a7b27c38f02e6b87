"""The query of a list as words and filters; what is neither, and would find nothing unsaid, is refused or told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import NoReturn

from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS, Columns, column_of

MOST = 100
"""Fields that one list filters."""

_LONGEST = 64
_NEAR = 0.85
_MEANT: Mapping[str, str] = {
    **dict.fromkeys(("limit", "page_size", "pagesize", "per_page", "count", "rows", "top"), "size"),
    **dict.fromkeys(("page", "offset", "skip", "start", "page_number"), "from"),
    **dict.fromkeys(("cursor", "next", "scroll", "search_after"), "after"),
    **dict.fromkeys(("order", "order_by", "orderby", "sort_by", "sortby", "direction"), "sort"),
    **dict.fromkeys(("q", "query", "search", "filter", "search_query", "text"), "search_query of incidents_full_types"),
    **dict.fromkeys(("fields", "include", "columns", "select"), "fields of incidents_full_types"),
    **dict.fromkeys(("additional_fields", "is_show_aggs", "with_total_docs", "explain"), "incidents_full_types"),
    **dict.fromkeys(("since", "from_time", "start_date", "time_from"), "start_time"),
    **dict.fromkeys(("until", "to", "to_time", "end_date", "time_to"), "end_time"),
    **dict.fromkeys(("format", "checkpoints"), "incidents/export"),
    "refresh": "a write",
}
"""Words of paging, and of other requests, by what is meant here."""


def read(query: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each name, also as jQuery, axios and PHP write lists; what evades browsers' caches is left out."""
    given: dict[str, list[str]] = {}
    for name, value in query:
        if not name.startswith("_"):
            given.setdefault(name.removesuffix("[]"), []).append(value)
    return given


def check(filters: Collection[str], columns: Columns) -> None:
    """Raises QueryError for a name that is meant as another word, or is nearly that of a typed field."""
    if len(filters) > MOST:
        raise QueryError(f"a list filters at most {MOST} fields")
    for name in filters:
        if name in _MEANT:
            _refuse(name, _MEANT[name])
        if len(name) <= _LONGEST and column_of(name, columns) is None:
            near = get_close_matches(name.lower(), TYPED_COLUMNS, 1, _NEAR)
            if near:
                _refuse(name, near[0])


def unknown(names: Iterable[str], columns: Columns) -> Sequence[str]:
    """The fields that no document of the tenant has."""
    return [name for name in dict.fromkeys(names) if column_of(name, columns) is None]


def _refuse(name: str, meant: str) -> NoReturn:
    raise QueryError(f'"{name}" is no field here; "{meant}" is meant?', name, "unknown_field")
