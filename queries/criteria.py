"""What is wanted of an incident, said without any engine's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from queries.budgets import FREE, Cost
from queries.fields import Column

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Is:
    """Any value of the field is one of these, exactly."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Equals:
    """Any value of the field is this text, whatever the case."""

    text: str


@dataclass(frozen=True, slots=True)
class Like:
    """Any value of the field matches this pattern, whatever the case: `*` any run, `?` one character, `\\` literal."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Matches:
    """Any value of the field is, from end to end, what this regular expression of the engine's says, whatever the case.

    Of its syntax only what means the same everywhere: escaped symbols, `.`, sets, groups, `|`, counts. Sets name both
    cases, as the engine knows none of their ranges.
    """

    pattern: str


@dataclass(frozen=True, slots=True)
class Between:
    """One and the same value of the field lies within every bound that is given."""

    gte: Value | None = None
    gt: Value | None = None
    lte: Value | None = None
    lt: Value | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """The field has a value."""


Predicate = Is | Equals | Like | Matches | Between | Present


@dataclass(frozen=True, slots=True)
class Everything:
    """Every incident."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No incident."""


@dataclass(frozen=True, slots=True)
class Where:
    """Incidents whose column satisfies the predicate."""

    column: Column
    predicate: Predicate


@dataclass(frozen=True, slots=True)
class Ids:
    """The incidents of these ids."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Incidents that the operand does not hold for."""

    operand: "Criterion"


@dataclass(frozen=True, slots=True)
class And:
    """Incidents that every operand holds for."""

    operands: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Incidents that some operand holds for."""

    operands: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Incidents that the operand holds for; the caller asked for them at the place `where`."""

    where: str
    operand: "Criterion"


@dataclass(frozen=True, slots=True)
class Guest:
    """Incidents that a guest's own clause matches; the clause has passed the guard, which knows what it costs."""

    clause: Mapping[str, Any]
    cost: Cost = field(default=FREE, compare=False)


Criterion = Everything | Nothing | Where | Ids | Not | And | Or | Placed | Guest
