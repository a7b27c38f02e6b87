"""The oracle: every write that a client wanted, under a text that no other has, and what it was told of it."""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.storms.wire import Request

Kind = Literal["create", "change", "note", "alert"]
TEXT = re.compile(r"(?<![0-9A-Za-z])w[0-9a-f]+-\d+")
"""What the text of a write looks like, wherever it is met again."""


@dataclass(slots=True)
class Subject:
    """An incident by each of its names, as far as a client was told them; its title is the text of its creation."""

    text: str
    id: str | None = None
    number: int | None = None
    hex: str | None = None


@dataclass(slots=True)
class Write:
    """One change that a client wants, and what its attempts were told."""

    kind: Kind
    subject: Subject
    text: str
    request: Request
    field: str = ""
    """The column whose history tells of it."""
    repeats: bool = True
    """Whether twice is as good as once by what it asks for, without a key."""
    contested: bool = False
    """Whether others write the same field meanwhile, so that nobody knows whose value is the last."""
    key: str | None = None
    refusals: int = 0
    """Attempts answered 429 or 503, or not heard: nothing was done, they said."""
    unsure: int = 0
    """Attempts that were answered 504 or another 5xx, or not at all: it may have been done."""
    done: bool = False
    already: bool = False
    """Told that it was done before, though every attempt before was refused."""
    wrong: str = ""
    """An answer that nobody expects."""

    @property
    def number(self) -> int:
        """Its place in the ledger."""
        return number_of(self.text)

    @property
    def least(self) -> int:
        """How often it must be there."""
        return int(self.done)

    @property
    def most(self) -> int:
        """How often it may be there."""
        if self.repeats or self.key is not None:
            return int(self.done or self.unsure > 0)
        return int(self.done) + self.unsure

    @property
    def was_only_refused(self) -> bool:
        """Whether nothing that it was told allows an effect."""
        return not self.done and not self.unsure and self.refusals > 0


@dataclass(slots=True)
class Ledger:
    """All writes of a storm."""

    seed: int
    writes: list[Write] = field(default_factory=list)

    def text(self) -> str:
        """A text that stands in no other write."""
        return f"w{self.seed:x}-{len(self.writes)}"

    @property
    def acknowledged(self) -> int:
        """How many are done, as was said."""
        return sum(write.done for write in self.writes)


def texts_in(value: Any) -> set[str]:
    """The texts of writes anywhere in a value."""
    return set(TEXT.findall(str(value)))


def number_of(text: str) -> int:
    """The place in the ledger of the write with that text."""
    return int(text.rpartition("-")[2])
