"""What a gateway answers, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

Json = dict[str, Any]


class Filters(TypedDict, total=False):
    """Which incidents are wanted, in the words of a search."""

    search_query: Any
    additional_fields: Sequence[Mapping[str, Any]]
    start_time: Any
    end_time: Any
    is_show_aggs: bool


@dataclass(frozen=True, slots=True)
class Document:
    """An incident or an aggregation result: what it is, at which version, and its fields."""

    id: str
    type: str
    version: str
    fields: Json

    def __getitem__(self, name: str) -> Any:
        """The value of a field. Raises KeyError."""
        return self.fields[name]


@dataclass(frozen=True, slots=True)
class Page:
    """Documents of a search, the cursor behind them unless they are the last, and how many there are if asked."""

    documents: Sequence[Document]
    next: str | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one item failed: a word to act on, a sentence, and the place."""

    type: str
    reason: str
    where: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item."""

    id: str | None
    status: int
    result: str | None = None
    version: str | None = None
    error: Refusal | None = None

    @property
    def is_good(self) -> bool:
        """Whether it is as it was asked to be."""
        return self.error is None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an incident: `created`, `updated` or `deleted`; with the cursor behind it."""

    id: str
    kind: str
    at: datetime
    user: str
    activities: Sequence[Json]
    cursor: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What a dry run found: how many, some of them, and the token by which just these are changed."""

    total: int
    sample: Sequence[Document]
    token: str
    expires_at: datetime
    change: Json | None = field(default=None)


def document(answer: Json) -> Document:
    """A document as it was read."""
    meta = answer["_meta"]
    fields = {name: value for name, value in answer.items() if name != "_meta"}
    return Document(meta["id"], meta["type"], meta["version"], fields)


def outcome(item: Json) -> Outcome:
    """The outcome of an item."""
    error = item.get("error")
    refusal = Refusal(error["type"], error["reason"], error.get("where")) if error else None
    return Outcome(item["_id"], item["status"], item.get("result"), item.get("version"), refusal)


def change(told: Json, cursor: str) -> Change:
    """A change that was told."""
    at = datetime.fromisoformat(told["at"])
    return Change(told["id"], told["kind"], at, told["user"], told["activities"], cursor)


def selection(answer: Json, change_: Json | None) -> Selection:
    """What a dry run has answered."""
    sample = [document(each) for each in answer["sample"]]
    return Selection(answer["total"], sample, answer["token"], datetime.fromisoformat(answer["expires_at"]), change_)
