"""Types of settings that say in a sentence what is wanted."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from queries.errors import QueryError
from queries.periods import duration


def _named_file(value: object) -> object:
    """Raises ValueError for the path that an empty variable is."""
    if value == "":
        raise ValueError("no file is named; leave the setting out")
    return value


def _length(text: str) -> str:
    """Raises ValueError for what is no length of time."""
    try:
        duration(text, "")
    except QueryError as error:
        raise ValueError(error.reason) from None
    return text


def _other_secret(text: str) -> str:
    """Raises ValueError for what signs too little, and is not the word for the secret that the registry keeps."""
    if text != "registry" and len(text) < 16:
        raise ValueError("at least 16 characters are wanted here, or the word registry")
    return text


def _levels(words: tuple[str, ...]) -> tuple[str, ...]:
    if "" in words or not 1 <= len(set(words)) == len(words) <= 100:
        raise ValueError("levels are 1 to 100 different, non-empty words")
    return words


OtherSecret = Annotated[str, AfterValidator(_other_secret)]
File = Annotated[Path, BeforeValidator(_named_file)]
Length = Annotated[str, AfterValidator(_length)]
Levels = Annotated[tuple[str, ...], AfterValidator(_levels)]
Origin = Annotated[str, Field(pattern=r"^(\*|https?://[a-z0-9.\-\[\]:]+)$")]
