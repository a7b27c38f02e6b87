"""What a model did not take, in sentences: pydantic's own speak of Python, and repeat what was sent at any length."""

import re
from collections.abc import Callable, Mapping
from typing import Any

LONGEST = 200
"""Characters of what was sent that an answer repeats."""

_MOST = 1000
_QUOTED = re.compile(rf'"([^"]{{{LONGEST}}})[^"]+"')
_RUN = re.compile(rf'([^"\s]{{{LONGEST}}})[^"\s]+')

Context = Mapping[str, Any]


def sentence(error: Mapping[str, Any]) -> str:
    """What is wanted where the error is, from an item of `ValidationError.errors()`."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in _WANTED:
        return f"{_WANTED[kind]} is wanted here"
    if kind in _BOUNDS:
        return _BOUNDS[kind](context)
    message: str = error["msg"].removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def shortened(text: str) -> str:
    """The text with no more of what was sent than an answer repeats."""
    first, last = text.find('"'), text.rfind('"')
    if last - first > 2 * LONGEST:
        # What is quoted may have quotes itself.
        text = f"{text[: first + 1 + LONGEST]}…{text[last:]}"
    short = _RUN.sub(r"\1…", _QUOTED.sub(r'"\1…"', text)[: _MOST + 1])
    return short if len(short) <= _MOST else f"{short[:_MOST]}…"


def shortened_place(where: str | None) -> str | None:
    """The place of an error, cut where it goes on for long."""
    return where if where is None or len(where) <= LONGEST else f"{where[:LONGEST]}…"


_WANTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}


def _one_of(context: Context) -> str:
    return f"{context['expected']} is wanted here"


def _at_least(what: str, name: str) -> Callable[[Context], str]:
    return lambda context: f"at least {context[name]:,} {what} wanted here"


def _at_most(what: str, name: str) -> Callable[[Context], str]:
    return lambda context: f"at most {context[name]:,} {what} taken here"


_BOUNDS: Mapping[str, Callable[[Context], str]] = {
    "literal_error": _one_of,
    "enum": _one_of,
    "string_too_short": _at_least("characters are", "min_length"),
    "string_too_long": _at_most("characters are", "max_length"),
    "too_short": _at_least("items are", "min_length"),
    "too_long": _at_most("items are", "max_length"),
    "greater_than_equal": lambda context: f"{context['ge']:,} or more is wanted here",
    "greater_than": lambda context: f"more than {context['gt']:,} is wanted here",
    "less_than_equal": lambda context: f"{context['le']:,} or less is wanted here",
    "less_than": lambda context: f"less than {context['lt']:,} is wanted here",
    "string_pattern_mismatch": lambda context: f"a text of the form {context['pattern']} is wanted here",
}
