"""What a guest's names and values are to the columns that hold them: nothing is compared that could not be true."""

from collections.abc import Iterable, Sequence

from queries.fields import Column, column_of
from queries.guest.places import Place, refusal
from queries.guest.values import ALL
from queries.numbers import require_exact, written
from queries.periods import instant, iso

DEFAULT_FIELDS = ("title", "description", "comment")
"""Where a guest's text is looked for when it names no fields."""

_WHOLE = ".keyword"
_SEARCHED = {"text", "keyword"}


def column(name: str, place: Place) -> Column | None:
    """The column of a field, or of its whole values (`title.keyword`); None where no document has it."""
    columns = place.request.columns
    whole = columns.get(name.removesuffix(_WHOLE))
    if whole is not None and whole.kind == "text":
        return whole if name.endswith(_WHOLE) else Column(name, "text")
    return column_of(name, columns)


def require_short(names: Iterable[str], place: Place) -> None:
    """Refuses to compare whole texts of any length, of which the engine orders the short ones alone."""
    for name in names:
        held = column(name, place)
        if held is not None and held.long_path and name == held.path:
            wanted = "a wildcard or a prefix clause finds long ones too"
            raise refusal(f'"{name}" holds whole texts of any length, which cannot be compared so: {wanted}', place)


def compared(value: object, name: str, place: Place) -> object:
    """The value as the column has it; raises QueryError for one that it cannot hold, and would find others by.

    A number is a time in milliseconds, which the engine may take for a year.
    """
    held = column(name, place)
    match held:
        case Column(kind="date"):
            return _time(value, place)
        case Column(kind="number"):
            require_exact(written(value) if isinstance(value, str) else value, place.path)
    return value


def compared_in_all(value: object, names: Iterable[str], place: Place) -> object:
    """The value as each of the fields has it; raises QueryError where it is one thing here and another there."""
    meant = [compared(value, name, place) for name in names]
    if any(each != meant[0] for each in meant):
        raise refusal("a number is a time in one of these fields, and none in another: ask each by itself", place)
    return meant[0] if meant else value


def named(fields: Sequence[str], place: Place) -> list[str]:
    """The fields to search, `*` as every field of text that the tenant has; the default ones where none is named."""
    result: dict[str, str] = {}
    for each in fields or DEFAULT_FIELDS:
        name, caret, boost = each.partition("^")
        for one in _texts(place) if name == ALL else [name]:
            result.setdefault(one, f"{one}{caret}{boost}")
    return list(result.values())


def bare(fields: Iterable[str]) -> list[str]:
    """The names of fields without their boosts."""
    return [each.partition("^")[0] for each in fields]


def _texts(place: Place) -> list[str]:
    return [name for name, each in place.request.columns.items() if each.kind in _SEARCHED]


def _time(value: object, place: Place) -> object:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number or (isinstance(value, str) and written(value) is not None and not is_year(value)):
        return iso(instant(value, place.request.now, round_up=False, where=place.path))
    return value


def is_year(text: str) -> bool:
    """Whether the engine reads the digits as a year: text of four, a number never."""
    return len(text) == 4 and text.isdecimal()
