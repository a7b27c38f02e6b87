"""The values that parameters of allowed clauses take, each as a check that returns the value or raises QueryError."""

import re
from collections.abc import Callable, Mapping
from math import isfinite

from queries.guest.places import Place, inside, refusal, shown, spend
from queries.zones import zone

Check = Callable[[object, Place], object]
Checks = Mapping[str, Check]

ALL = "*"
"""In place of a field: every field of text that the tenant has."""

TEXT_BYTES = 1024
QUERY_LENGTH = 2048
PATTERN_LENGTH = 128
FIELDS = 32
LETTERS = 9999

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*)*", re.ASCII)
_BOOST = re.compile(r"\d{1,4}(\.\d{1,10})?(E-?\d{1,2})?", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_AT_LEAST = re.compile(r"-?(\d{1,3}|(\d{1,2}|100)%)", re.ASCII)
_IF_MORE = re.compile(rf"\d{{1,3}}<{_AT_LEAST.pattern}( \d{{1,3}}<{_AT_LEAST.pattern}){{0,7}}", re.ASCII)
_AUTO = re.compile(r"AUTO(:(?P<low>\d{1,3}),(?P<high>\d{1,4}))?", re.ASCII | re.IGNORECASE)
_TOP_TERMS = re.compile(r"top_terms(_boost|_blended_freqs)?_(?P<count>[1-9]\d?)", re.ASCII)
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9_-]{0,63}", re.ASCII)


def text(value: object, place: Place) -> str:
    result = characters(value, TEXT_BYTES, place)
    if len(result.encode()) > TEXT_BYTES:
        raise refusal(f"a text is at most {TEXT_BYTES} bytes here", place)
    return result


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
        said = value.lower() if isinstance(value, str) else ""
        if said not in words:
            raise refusal(f"one of {', '.join(words)} is wanted here", place)
        return said

    return check


boost = number(0, 1000)
prefix_length = whole(0, 50)
max_expansions = whole(1, 50)
slop = whole(0, 50)
# Of any other, a text may come in more words, or others, than those that are stored.
analyzer = word("standard", "simple", "whitespace", "stop", "keyword")
operator = word("and", "or")
zero_terms_query = word("none", "all")


def fuzziness(value: object, place: Place) -> int | str:
    """At most one edit: 0, 1, or `AUTO`, by which short words are meant as they are written."""
    if isinstance(value, str) and (auto := _AUTO.fullmatch(value)):
        low, high = int(auto["low"] or 3), int(auto["high"] or 6)
        if low <= high:
            # What the engine would give two edits from `high` letters on has one; no word is so long.
            return f"AUTO:{low},{LETTERS}"
    if isinstance(value, bool | float) or value not in (0, 1, "0", "1"):
        raise refusal('a fuzziness of 0, 1 or "AUTO" is wanted here', place)
    return 1 if value in (1, "1") else 0


def rewrite(value: object, place: Place) -> str:
    """How the engine finds the words that a pattern stands for: all of them, or the best of up to 50."""
    said = text(value, place)
    if said in ("constant_score_boolean", "scoring_boolean"):
        # They find the same, and fail past 1,024 words.
        return "constant_score"
    if said in ("constant_score", "constant_score_blended") or 0 < top_terms(said) <= 50:
        return said
    ways = "constant_score, constant_score_blended, constant_score_boolean, scoring_boolean"
    raise refusal(f"one of {ways}, or top_terms_N, top_terms_boost_N, top_terms_blended_freqs_N up to 50", place)


def top_terms(said: str) -> int:
    """How many words a way of rewriting keeps; 0 for all."""
    match = _TOP_TERMS.fullmatch(said)
    return int(match["count"]) if match else 0


def minimum_should_match(value: object, place: Place) -> int | str:
    if isinstance(value, str) and (_AT_LEAST.fullmatch(value) or _IF_MORE.fullmatch(value)):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1000:
        return value
    raise refusal("a whole number below 1000 or a percentage is wanted here", place)


def time_zone(value: object, place: Place) -> str:
    said = text(value, place)
    zone(said, place.path)
    return said


def suffix(value: object, place: Place) -> str:
    """What is put behind a field's name to name a part of it."""
    if not isinstance(value, str) or not _SUFFIX.fullmatch(value):
        raise refusal("the name of a part of a field is wanted here, such as .keyword", place)
    return value


def pattern(value: object, place: Place) -> str:
    return characters(value, PATTERN_LENGTH, place)


def field(value: object, place: Place) -> str:
    """The name of a field of the wire document; the tenant's and the engine's own are refused."""
    if not isinstance(value, str) or len(value) > 256 or not _NAME.fullmatch(value):
        raise refusal(f"{shown(value)} does not name a field", place)
    if value.split(".")[0] == "tenant":
        raise refusal('the field "tenant" is not open to queries', place)
    place.request.names.add(value)
    return value


def any_field(value: object, place: Place) -> str:
    """The name of a field, or `*`."""
    if value == ALL:
        place.request.names.add(ALL)
        return ALL
    return field(value, place)


def fields(value: object, place: Place) -> list[str]:
    """Field names, each with its boost if it has one, as in `title^3`; none, as if nothing was said."""
    if isinstance(value, str):
        return [_boosted(value, place)]
    if not isinstance(value, list) or len(value) > FIELDS:
        raise refusal(f"a list of up to {FIELDS} fields is wanted here", place)
    return [_boosted(each, inside(place, position)) for position, each in enumerate(value)]


def values(value: object, place: Place) -> list[object]:
    """Values to look for, each of which counts as a term."""
    return _listed(scalar, value, place)


def ids(value: object, place: Place) -> list[object]:
    return _listed(text, [value] if isinstance(value, str) else value, place)


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
    return f"{any_field(name, place)}{caret}{factor}"
