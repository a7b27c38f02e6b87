"""What bodies and queries are read with, where all that they may name is known."""

from functools import cache
from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from queries.numbers import EXACT
from queries.texts import LONGEST, SHORT, length

_NAME = 1000
"""Characters of an unknown name that are looked at: an answer repeats fewer."""


class Closed(BaseModel):
    """A model that refuses unknown names, and tells of the first: an error for each of thousands is read by nobody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _first_unknown(cls, sent: Any) -> Any:
        if not isinstance(sent, dict):
            return sent
        known = _names(cls)
        unknown = next((name for name in sent if name not in known), None)
        if unknown is None and float not in map(type, sent.values()):
            return sent
        sent = {name: _whole(sent[name]) for name in known & sent.keys()}
        return sent if unknown is None else {unknown[:_NAME]: None} | sent


def _whole(value: Any) -> Any:
    """The value; `5.0` is the whole number 5, as JSON tells no two kinds of numbers apart (JSON Schema, 6.1.1).

    Beyond 2^53 it stays as it is: it would be said to be one whole number, where it stands for its neighbours too.
    """
    return int(value) if type(value) is float and value.is_integer() and abs(value) <= EXACT else value


def at_most(most: int) -> BeforeValidator:
    """Counts the members of an object before the first is read; lists are counted, and end at the first error.

    Each member may be wrong in several ways, and every one of them would be an error.
    """

    def counted(sent: Any) -> Any:
        if isinstance(sent, dict) and len(sent) > most:
            raise ValueError(f"at most {most:,} items are taken here")
        return sent

    return BeforeValidator(counted)


def within(error: ValidationError, *path: int | str) -> ValidationError:
    """The first of the errors, as one of a whole in which the path leads to what was read."""
    first = error.errors(include_url=False, include_input=False)[0]
    details = InitErrorDetails(type=first["type"], loc=(*path, *first["loc"]), input=None, ctx=first.get("ctx", {}))
    return ValidationError.from_exception_data(error.title, [details])


def short(text: str) -> str:
    """The text, if it can be found as a whole. Raises ValueError."""
    if length(text) > LONGEST:
        raise ValueError(f"{SHORT} is wanted here")
    return text


@cache
def _names(model: type[BaseModel]) -> frozenset[str]:
    return frozenset({*model.model_fields, *(field.alias or "" for field in model.model_fields.values())})
