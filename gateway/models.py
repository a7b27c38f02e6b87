"""What bodies and queries are read with, where all that they may name is known."""

from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from queries.texts import LONGEST, SHORT, length


class Closed(BaseModel):
    """A model that refuses unknown names, and tells of the first: an error for each of thousands is read by nobody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _whole_numbers(cls, sent: Any) -> Any:
        """`5.0` is 5, as JSON tells no two kinds of numbers apart (JSON Schema, 6.1.1)."""
        if not isinstance(sent, dict) or float not in map(type, sent.values()):
            return sent
        whole = {name: int(value) for name, value in sent.items() if type(value) is float and value.is_integer()}
        return sent | whole

    @model_validator(mode="before")
    @classmethod
    def _first_unknown(cls, sent: Any) -> Any:
        if not isinstance(sent, dict):
            return sent
        known = _names(cls)
        unknown = next((name for name in sent if name not in known), None)
        if unknown is None:
            return sent
        return {name: value for name, value in sent.items() if name in known or name == unknown}


def short(text: str) -> str:
    """The text, if it can be found as a whole. Raises ValueError."""
    if length(text) > LONGEST:
        raise ValueError(f"{SHORT} is wanted here")
    return text


@cache
def _names(model: type[BaseModel]) -> frozenset[str]:
    return frozenset({*model.model_fields, *(field.alias or "" for field in model.model_fields.values())})
