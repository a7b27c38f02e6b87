"""How far long work has come, shown where standard error is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING

# What draws is brought in where it draws: a process that serves never does.
if TYPE_CHECKING:
    from rich.console import Console

Reached = Callable[[int], None]


@cache
def _stderr() -> "Console":
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=True)


@contextmanager
def bar(
    title: str, total: int | None, *, in_bytes: bool = False, console: "Console | None" = None
) -> Iterator[Reached]:
    """Shows how much of the total is done, as often as it is told; without a total, only how much."""
    from rich import progress  # noqa: PLC0415

    console = console or _stderr()
    if not console.is_terminal:
        yield lambda _done: None
        return
    amount = progress.DownloadColumn() if in_bytes else progress.MofNCompleteColumn()
    columns = (progress.TextColumn("{task.description}"), progress.BarColumn(), amount, progress.TimeRemainingColumn())
    with progress.Progress(*columns, console=console) as shown:
        task = shown.add_task(title, total=total)
        yield lambda done: shown.update(task, completed=done)


@contextmanager
def waiting(title: str) -> Iterator[None]:
    """Shows that something is under way; a line where there is no terminal."""
    announce(title)
    with _stderr().status(title) if _stderr().is_terminal else nullcontext():
        yield


def announce(title: str) -> None:
    """A line for those who see no bar, before work that takes its time."""
    if not _stderr().is_terminal:
        _stderr().print(title, highlight=False, soft_wrap=True)
