"""Ranges: bounds in the words of requests, and in those that the engine's own builders print.

A range of times is fixed here whole, zone, format and date math, so that nothing is left to the engine's clock and
formats.
"""

from datetime import UTC, timedelta, tzinfo

from queries.costs import of_range
from queries.fields import Column, require_ordered
from queries.guest.columns import column, compared, is_year, require_short
from queries.guest.forms import Clause
from queries.guest.places import Place, charge, inside, refusal, shown
from queries.guest.values import Check, Checks, boost, flag, scalar, time_zone, word
from queries.numbers import written
from queries.periods import EPOCH, instant, is_math, iso
from queries.zones import zone

ROUND_UP = {"gt": True, "gte": False, "lt": False, "lte": True}

_ISO = (
    *("strict_date_optional_time", "strict_date_optional_time_nanos", "date_optional_time", "iso8601"),
    *("strict_date_time", "strict_date_time_no_millis", "date_time", "date_time_no_millis", "strict_date", "date"),
    *("yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.SSS", "yyyy-MM-dd'T'HH:mm:ssZ"),
)
_MILLIS, _SECONDS = "epoch_millis", "epoch_second"
FORMATS = (*_ISO, _MILLIS, _SECONDS)


def bound(value: object, place: Place) -> object:
    """A bound; null is none."""
    return None if value is None else scalar(value, place)


def date_format(value: object, place: Place) -> str:
    """Names of formats with `||` between them."""
    names = value.split("||") if isinstance(value, str) else []
    if not names or any(each not in FORMATS for each in names):
        raise refusal(f"formats of these are wanted here, with || between them: {', '.join(FORMATS)}", place)
    return "||".join(names)


_bound: Check = bound
RANGE: Checks = {
    **dict.fromkeys((*ROUND_UP, "from", "to"), _bound),
    "include_lower": flag,
    "include_upper": flag,
    "format": date_format,
    "time_zone": time_zone,
    # Of fields that hold a point each, all three find the same.
    "relation": word("intersects", "contains", "within"),
    "boost": boost,
}


def range_of(name: str, built: Clause, place: Place) -> Clause:
    """The range as it runs; raises QueryError for bounds that exclude each other, and for what has no true range."""
    words = {**_end(built, ("gte", "gt", "from"), place), **_end(built, ("lte", "lt", "to"), place)}
    held = column(name, place)
    if held is not None:
        require_ordered(name, held, place.path)
        require_short([name], place)
    charge(of_range(held), place)
    kept = {each: built[each] for each in ("format", "time_zone", "boost") if each in built}
    if held is None or held.kind != "date":
        return {word: _value(built[said], name, held, inside(place, said)) for word, said in words.items()} | kept
    there = zone(built["time_zone"], place.path) if "time_zone" in built else UTC
    formats = set(built["format"].split("||")) if "format" in built else {*_ISO, _MILLIS}
    times = {word: _time(built[said], word, formats, there, inside(place, said)) for word, said in words.items()}
    return times | {each: kept[each] for each in kept if each == "boost"}


def _end(built: Clause, names: tuple[str, str, str], place: Place) -> dict[str, str]:
    """How one end of the range is bounded, by the word in which it was said."""
    closed, open_, printed = names
    included = "include_lower" if printed == "from" else "include_upper"
    used = [each for each in names if built.get(each) is not None]
    if len(used) > 1:
        raise refusal(f"{' and '.join(used)} exclude each other", place)
    if included in built and used not in ([], [printed]):
        raise refusal(f"{included} belongs to {printed}", inside(place, included))
    if not used:
        return {}
    is_open = used == [open_] or (used == [printed] and not built.get(included, True))
    return {open_ if is_open else closed: used[0]}


def _value(value: object, name: str, held: Column | None, place: Place) -> object:
    if not isinstance(value, str) and held is not None and held.kind in {"keyword", "text"}:
        raise refusal("this field holds text, of which a number is no bound", place)
    return compared(value, name, place)


def _time(value: object, word: str, formats: set[str], there: tzinfo, place: Place) -> str:
    if isinstance(value, str) and not is_math(value):
        value = _read(value, formats, place)
    if _is_in_seconds(formats) and isinstance(value, int | float) and not isinstance(value, bool):
        return _of_seconds(value, place)
    return iso(instant(value, place.request.now, round_up=ROUND_UP[word], where=place.path, zone=there))


def _read(text: str, formats: set[str], place: Place) -> object:
    """The text, or the number that it is in these formats."""
    has_dates = not formats.isdisjoint(_ISO)
    if has_dates and (is_year(text) or not _is_in_seconds(formats)):
        return text
    number = written(text)
    if number is None and not has_dates:
        raise refusal(f"{shown(text)} is no time of the format asked for", place)
    return text if number is None else number


def _is_in_seconds(formats: set[str]) -> bool:
    return _SECONDS in formats and _MILLIS not in formats


def _of_seconds(seconds: float, place: Place) -> str:
    try:
        return iso(EPOCH + timedelta(seconds=seconds))
    except (OverflowError, ValueError):
        raise refusal(f"{shown(seconds)} is not a time in seconds since the epoch", place) from None
