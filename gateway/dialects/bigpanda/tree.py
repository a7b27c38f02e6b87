"""What a query in BPQL says, as a tree: nothing is known here of what its names mean."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """A text, cut where a wildcard stands: one run has none."""

    runs: tuple[str, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression, as the engine writes it."""

    pattern: str
    at: int = field(default=0, compare=False)


Value = Text | Regex


@dataclass(frozen=True, slots=True)
class Everything:
    """Any incident."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """The text is somewhere in the incident."""

    text: Text


@dataclass(frozen=True, slots=True)
class Condition:
    """What is called so equals one of the values; if `strong`, all there is of it equals the one, letter by letter."""

    name: str
    values: tuple[Value, ...]
    strong: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negation:
    """What the operand does not hold for."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class AllOf:
    """What every operand holds for."""

    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What some operand holds for."""

    operands: tuple["Node", ...]


Node = Everything | Keyword | Condition | Negation | AllOf | AnyOf
Leaf = Keyword | Condition


def values_of(leaf: Leaf) -> tuple[Value, ...]:
    """What a condition or keyword compares with."""
    return (leaf.text,) if isinstance(leaf, Keyword) else leaf.values


def leaves(node: Node) -> Iterator[Leaf]:
    """The conditions and keywords of a tree, in order."""
    match node:
        case Keyword() | Condition():
            yield node
        case Negation():
            yield from leaves(node.operand)
        case AllOf() | AnyOf():
            for each in node.operands:
                yield from leaves(each)
