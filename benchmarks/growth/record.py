"""Runs as they are kept: each measured point with all that it depends on, and the machine."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import orjson

from benchmarks.growth.plan import Setting

RECORDED = Path(__file__).parents[1] / "recorded" / "growth.json"
UNFINISHED = RECORDED.with_name("growth.unfinished.json")


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
    def setting(self) -> Setting:
        """What it was measured with."""
        return Setting(self.part, self.incidents, self.clients, self.workers, self.tenants, self.depth)


@dataclass(frozen=True, slots=True)
class Run:
    """One run on one machine."""

    machine: dict[str, Any]
    points: tuple[Point, ...]


def read(path: Path = RECORDED) -> Run:
    """The recorded run. Raises OSError, ValueError."""
    return msgspec.json.decode(path.read_bytes(), type=Run)


def write(machine: dict[str, Any], points: Sequence[Point], path: Path = RECORDED) -> None:
    """Keeps the run in place of earlier ones; of parts that it did not measure, their points stay."""
    parts = {point.part for point in points}
    earlier = read(path).points if path.exists() else ()
    kept = [*points, *(point for point in earlier if point.part not in parts)]
    _dump({"machine": machine, "points": [asdict(point) for point in sorted(kept, key=_setting)]}, path)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run that is measured in pieces: when it began, what its tenants' names begin with, and what it has so far."""

    began: datetime
    prefix: str
    machine: dict[str, Any]
    points: tuple[Point, ...] = ()

    def left(self, settings: Sequence[Setting]) -> list[Setting]:
        """The settings that are not measured yet."""
        measured = {point.setting for point in self.points}
        return [setting for setting in settings if setting not in measured]

    def measured(self, point: Point, path: Path = UNFINISHED) -> "Unfinished":
        """The run with one point more, which is kept."""
        run = replace(self, points=(*self.points, point))
        _dump(asdict(run), path)
        return run


def resumed(machine: dict[str, Any], now: datetime, path: Path = UNFINISHED) -> Unfinished:
    """The run that was begun, or a new one, which is kept."""
    if path.exists():
        return msgspec.json.decode(path.read_bytes(), type=Unfinished)
    run = Unfinished(now, f"growth-{uuid.uuid4().hex[:8]}", machine)
    _dump(asdict(run), path)
    return run


def _setting(point: Point) -> Setting:
    return point.setting


def _dump(value: dict[str, Any], path: Path) -> None:
    """Writes it whole, or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    part.replace(path)
