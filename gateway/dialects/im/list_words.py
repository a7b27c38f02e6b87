"""The query of a list as words and filters; what is neither, and would find nothing unsaid, is refused or told."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import NoReturn

from gateway.sentences import LONGEST
from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS, Columns, column_of

MOST, MOST_VALUES = 100, 1000
"""Fields that one list filters, and values of all of them: a search has no room for more."""

_SEARCH = "incidents_full_types"
_INDEX = re.compile(r"\[\d{0,4}\]$", re.ASCII)
_LONGEST = 64
_NEAR = 0.85
_MEANT: Mapping[str, str] = {
    **dict.fromkeys(
        ("limit", "pagesize", "perpage", "count", "rows", "top", "maxresults", "pagelimit", "take"), "size"
    ),
    **dict.fromkeys(("page", "offset", "skip", "start", "pagenumber", "pageno", "startat", "startindex"), "from"),
    **dict.fromkeys(("cursor", "next", "scroll", "searchafter", "pagetoken", "nexttoken", "continue"), "after"),
    **dict.fromkeys(("order", "orderby", "sortby", "sortorder", "sortdir", "direction", "ordering"), "sort"),
    **dict.fromkeys(("q", "query", "search", "filter", "filters", "searchquery", "text"), f"search_query of {_SEARCH}"),
    **dict.fromkeys(("fields", "include", "columns", "select"), f"fields of {_SEARCH}"),
    **dict.fromkeys(("additionalfields", "isshowaggs", "withtotaldocs", "explain"), _SEARCH),
    **dict.fromkeys(("since", "fromtime", "startdate", "timefrom", "starttime"), "start_time"),
    **dict.fromkeys(("until", "to", "totime", "enddate", "timeto", "endtime"), "end_time"),
    **dict.fromkeys(("format", "checkpoints"), "incidents/export"),
    "refresh": "a write",
}
"""Words of paging, and of other requests, in small letters side by side, by what is meant here."""


def read(query: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each name, also as jQuery, axios, qs and PHP write lists; what evades caches is left out."""
    given: dict[str, list[str]] = {}
    for name, value in query:
        if not name.startswith("_"):
            given.setdefault(_INDEX.sub("", name), []).append(value)
    return given


def check(filters: Mapping[str, Sequence[str]], columns: Columns) -> None:
    """Raises QueryError for too many, and for a name that is meant as another word or is nearly a typed field's."""
    if len(filters) > MOST:
        raise QueryError(f"a list filters at most {MOST} fields")
    if sum(map(len, filters.values())) > MOST_VALUES:
        longest = max(filters, key=lambda name: len(filters[name]))
        raise QueryError(f"a list filters by at most {MOST_VALUES:,} values", longest, "refused")
    for name in filters:
        meant = _meant(name, columns)
        if meant is not None:
            _refuse(name, meant)


def _meant(name: str, columns: Columns) -> str | None:
    """What is meant by a name that is none here, if that is known; a word of a list may well be a field's name."""
    word = name.lower().replace("_", "").replace("-", "")
    is_field = column_of(name, columns) is not None
    if word in _MEANT and (name in _MEANT or not is_field):
        return _MEANT[word]
    if is_field or len(name) > _LONGEST:
        return None
    swapped = [field for field in TYPED_COLUMNS if sorted(field) == sorted(name.lower())]
    return next(iter(swapped or get_close_matches(name.lower(), TYPED_COLUMNS, 1, _NEAR)), None)


def unknown(names: Iterable[str], columns: Columns) -> Sequence[str]:
    """The fields that no document of the tenant has, each as far as an answer repeats what was sent."""
    return [name[:LONGEST] for name in dict.fromkeys(names) if column_of(name, columns) is None]


def _refuse(name: str, meant: str) -> NoReturn:
    raise QueryError(f'"{name}" is no field here; "{meant}" is meant?', name, "unknown_field")
