"""A request as it was read, and what was made of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

Words = TypeVar("Words", bound=BaseModel)
Made = TypeVar("Made")


class Reading(Generic[Words]):
    """The words of a request, and what was made of them before; it is of one tenant, and of one route.

    A front-end asks the same again and again: its reading is then the same one (gateway/dialects/im/repeated.py).
    """

    __slots__ = ("_made", "_timeless", "key", "words")

    def __init__(self, words: Words, key: tuple[Any, ...] = (), *, timeless: bool = False) -> None:
        self.words, self.key = words, key
        self._timeless = timeless
        self._made: dict[str, tuple[tuple[Any, ...], Any]] = {}

    def once(self, name: str, make: Callable[[], Made], *basis: object) -> Made:
        """What is made of the words and of the basis, and of nothing else that changes; anew for another basis."""
        held = self._made.get(name)
        if held is None or held[0] != basis:
            held = self._made[name] = basis, make()
        made: Made = held[1]
        return made

    def since(self, now: datetime) -> datetime | None:
        """The moment as a basis; none, where the words say nothing that is relative to it."""
        return None if self._timeless else now
