"""The values that parameters of allowed clauses take, each as a check that returns the value or raises QueryError."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from math import isfinite

from queries.guest.places import Place, inside, refusal, shown, spend
from queries.periods import offset

Check = Callable[[object, Place], object]
Checks = Mapping[str, Check]

TEXT_BYTES = 1024
QUERY_LENGTH = 2048
PATTERN_LENGTH = 128
FIELDS = 32

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*)*", re.ASCII)
_BOOST = re.compile(r"\d{1,4}(\.\d{1,6})?", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_AT_LEAST = re.compile(r"-?(\d{1,3}|(\d{1,2}|100)%)", re.ASCII)


def text(value: object, place: Place) -> str:
    found = characters(value, TEXT_BYTES, place)
    if len(found.encode()) > TEXT_BYTES:
        raise refusal(f"a text is at most {TEXT_BYTES} bytes here", place)
    return found


def query(value: object, place: Place) -> str:
    """The text of a `query_string`."""
    return characters(value, QUERY_LENGTH, place)


def characters(value: object, most: int, place: Place) -> str:
    if not isinstance(value, str):
        raise refusal("text is wanted here", place)
    if len(value) > most:
        raise refusal(f"a text is at most {most} characters here", place)
    if _SURROGATE.search(value):
        raise refusal("half of a surrogate pair is no text", place)
    return value


def scalar(value: object, place: Place) -> str | int | float | bool:
    if isinstance(value, str):
        return text(value, place)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise refusal("a whole number has at most 64 bits", place)
    if not isinstance(value, int | float) or not isfinite(value):
        raise refusal("text, a finite number, or true or false is wanted here", place)
    return value


def flag(value: object, place: Place) -> bool:
    if not isinstance(value, bool):
        raise refusal("true or false is wanted here", place)
    return value


def only(wanted: object, value: object, place: Place) -> object:
    if value is not wanted:
        raise refusal(f"this is always {str(wanted).lower()} here", place)
    return wanted


def whole(least: int, most: int) -> Check:
    def check(value: object, place: Place) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise refusal(f"a whole number from {least} to {most} is wanted here", place)
        return value

    return check


def number(least: float, most: float) -> Check:
    def check(value: object, place: Place) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            raise refusal(f"a number from {least} to {most} is wanted here", place)
        return value

    return check


def word(*words: str) -> Check:
    def check(value: object, place: Place) -> str:
        if not isinstance(value, str) or value not in words:
            raise refusal(f"one of {', '.join(words)} is wanted here", place)
        return value

    return check


boost = number(0, 1000)
prefix_length = whole(1, 50)
max_expansions = whole(1, 50)
slop = whole(0, 50)
always: Check = partial(only, True)
never: Check = partial(only, False)
date_format = word(
    "strict_date_optional_time", "strict_date_optional_time||epoch_millis", "epoch_millis", "epoch_second"
)


def operator(value: object, place: Place) -> str:
    if not isinstance(value, str) or value.lower() not in ("and", "or"):
        raise refusal("one of and, or is wanted here", place)
    return value.lower()


def fuzziness(value: object, place: Place) -> int:
    if isinstance(value, bool | float) or value not in (0, 1, "0", "1"):
        raise refusal("a fuzziness of 0 or 1 is wanted here", place)
    return 1 if value in (1, "1") else 0


def minimum_should_match(value: object, place: Place) -> int | str:
    if isinstance(value, str) and _AT_LEAST.fullmatch(value):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1000:
        return value
    raise refusal("a whole number below 1000 or a percentage is wanted here", place)


def time_zone(value: object, place: Place) -> str:
    found = text(value, place)
    offset(found, place.path)
    return found


def flags(value: object, place: Place) -> str:
    known = {"ALL", "NONE", "AND", "OR", "NOT", "PREFIX", "PHRASE", "PRECEDENCE", "ESCAPE", "WHITESPACE"}
    found = text(value, place)
    for each in found.split("|"):
        if each not in known | {"FUZZY", "NEAR", "SLOP"}:
            raise refusal(f"no flag {shown(each)}", place)
    return found


def pattern(value: object, place: Place) -> str:
    return characters(value, PATTERN_LENGTH, place)


def field(value: object, place: Place) -> str:
    """The name of a field of the wire document; the tenant's and the engine's own are refused."""
    if not isinstance(value, str) or len(value) > 256 or not _NAME.fullmatch(value):
        raise refusal(f"{shown(value)} does not name a field", place)
    if value.split(".")[0] == "tenant":
        raise refusal('the field "tenant" is not open to queries', place)
    return value


def fields(value: object, place: Place) -> list[str]:
    """Field names, each with its boost if it has one, as in `title^3`."""
    if isinstance(value, str):
        return [_boosted(value, place)]
    if not isinstance(value, list) or not 0 < len(value) <= FIELDS:
        raise refusal(f"a list of 1 to {FIELDS} fields is wanted here", place)
    return [_boosted(each, inside(place, position)) for position, each in enumerate(value)]


def values(value: object, place: Place) -> list[object]:
    """Values to look for, each of which counts as a term."""
    return _listed(scalar, value, place)


def ids(value: object, place: Place) -> list[object]:
    return _listed(text, value, place)


def _listed(check: Check, value: object, place: Place) -> list[object]:
    if not isinstance(value, list):
        raise refusal("a list of values is wanted here", place)
    spend("terms", len(value), place)
    return [check(each, inside(place, position)) for position, each in enumerate(value)]


def _boosted(value: object, place: Place) -> str:
    if not isinstance(value, str):
        raise refusal("the name of a field is wanted here", place)
    name, caret, factor = value.partition("^")
    if caret and not (_BOOST.fullmatch(factor) and float(factor) <= 1000):
        raise refusal("a boost from 0 to 1000 is wanted after ^", place)
    return f"{field(name, place)}{caret}{factor}"
