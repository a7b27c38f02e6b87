"""What a process used, from the kernel's own accounts of it; None where there is no /proc."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Read = TypeVar("Read")

_RESET_PEAK = "5"


def cpu(pid: int) -> float | None:
    """Microseconds of processor time so far, the kernel's work for it included."""
    return _there(lambda: _nanoseconds(pid) / 1000)


def resident(pid: int) -> float | None:
    """Mebibytes of memory that it holds now."""
    return _there(lambda: _memory(pid, "VmRSS:"))


def peak(pid: int) -> float | None:
    """The most mebibytes that it held since `reset_peak`."""
    return _there(lambda: _memory(pid, "VmHWM:"))


def reset_peak(pid: int) -> None:
    """Starts the peak anew, from what it holds now."""
    _there(lambda: Path(f"/proc/{pid}/clear_refs").write_text(_RESET_PEAK))


def _nanoseconds(pid: int) -> int:
    # /proc/<pid>/stat counts in hundredths of a second, which is the work of a hundred requests.
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)


def _memory(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def _there(read: Callable[[], Read]) -> Read | None:
    try:
        return read()
    except (FileNotFoundError, PermissionError):
        return None
