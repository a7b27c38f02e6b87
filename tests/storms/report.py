"""What a storm has shown: a promise, the test, the figure, and whether it holds."""

from collections.abc import Iterable
from dataclasses import dataclass

ROW = "{:<48} | {:<44} | {:<70} | {}"
HEAD = ROW.format("promise", "test", "figure", "holds")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    promise: str
    test: str
    figure: str
    holds: bool


def holds_if(condition: bool, promise: str, test: str, figure: str) -> Row:
    """A row that holds where the condition does."""
    return Row(promise, test, figure, bool(condition))


def line(row: Row) -> str:
    """The row as it is printed."""
    return ROW.format(row.promise, row.test, row.figure, "yes" if row.holds else "NO")


def failures(rows: Iterable[Row]) -> list[str]:
    """The rows that do not hold, as they are printed."""
    return [line(row) for row in rows if not row.holds]
