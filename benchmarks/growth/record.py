"""Runs as they are kept: each measured point with all that it depends on, and the machine."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
import orjson

RECORDED = Path(__file__).parents[1] / "recorded" / "growth.json"


@dataclass(frozen=True, slots=True)
class Point:
    """Requests in one setting; times in milliseconds, `cpu` in microseconds of the gateway for each request.

    `slowest` is how many answers the client with the fewest got, by those of the client in the middle.
    """

    part: str
    incidents: int
    clients: int
    workers: int
    tenants: int
    depth: int
    per_second: float
    p50: float
    p99: float
    cpu: float | None
    slowest: float
    refused: int

    @property
    def setting(self) -> tuple[str, int, int, int, int, int]:
        """What it was measured with."""
        return self.part, self.incidents, self.clients, self.workers, self.tenants, self.depth


@dataclass(frozen=True, slots=True)
class Run:
    """One run on one machine."""

    machine: dict[str, Any]
    points: tuple[Point, ...]


def read(path: Path = RECORDED) -> Run:
    """The recorded run. Raises OSError, ValueError."""
    return msgspec.json.decode(path.read_bytes(), type=Run)


def write(machine: dict[str, Any], points: Sequence[Point], path: Path = RECORDED) -> None:
    """Keeps the run; points that an earlier one has of other settings stay."""
    earlier = read(path).points if path.exists() else ()
    by_setting = {each.setting: each for each in (*earlier, *points)}
    kept = {"machine": machine, "points": [asdict(by_setting[each]) for each in sorted(by_setting)]}
    path.write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
