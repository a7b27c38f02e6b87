"""How far long work has come, shown where standard error is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Reached = Callable[[int], None]

_stderr = Console(stderr=True)


@contextmanager
def bar(title: str, total: int | None, *, in_bytes: bool = False, console: Console = _stderr) -> Iterator[Reached]:
    """Shows how much of the total is done, as often as it is told; without a total, only how much."""
    if not console.is_terminal:
        yield lambda _done: None
        return
    amount = DownloadColumn() if in_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), amount, TimeRemainingColumn())
    with Progress(*columns, console=console) as shown:
        task = shown.add_task(title, total=total)
        yield lambda done: shown.update(task, completed=done)


@contextmanager
def waiting(title: str) -> Iterator[None]:
    """Shows that something is under way; a line where there is no terminal."""
    announce(title)
    with _stderr.status(title) if _stderr.is_terminal else nullcontext():
        yield


def announce(title: str) -> None:
    """A line for those who see no bar, before work that takes its time."""
    if not _stderr.is_terminal:
        _stderr.print(title, highlight=False, soft_wrap=True)
