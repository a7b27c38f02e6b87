"""Figures as a table for people, row by row as they come, and as JSON."""

import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from benchmarks.figures import Figure, cpu, middle, values

_ROW = "{:<35} {:<32} {:>7} {:>9} {:>9} {:>6} {:>12} {:>8} {:>9} {:>6} {:>12} {:>6} {:>6}"
_HEAD = (
    "benchmark", "against", "unit", "gateway", "other", "ratio", "min - max",
    "CPU us", "other CPU", "ratio", "min - max", "MiB", "growth",
)  # fmt: skip


def head(run: dict[str, Any]) -> None:
    """What is run, and the table's first line."""
    print(", ".join(f"{name}: {value}" for name, value in run.items()))
    print(_ROW.format(*_HEAD), flush=True)


def row(figure: Figure) -> None:
    """One figure: medians over the rounds, the median ratios and their spread, and the gateway's memory."""
    cells = (
        figure.name,
        figure.against,
        figure.unit,
        _number(middle(values(figure.gateway))),
        _number(middle(values(figure.other))),
        *_ratio(figure.ratios()),
        _number(middle(cpu(figure.gateway))),
        _number(middle(cpu(figure.other))),
        *_ratio(figure.cpu_ratios()),
        _number(figure.peak),
        _number(figure.growth),
    )
    print(_ROW.format(*cells), flush=True)


def said(sentence: str) -> None:
    """Tells, beside the table, what is being done."""
    print(sentence, file=sys.stderr, flush=True)


def save(path: Path, figures: Sequence[Figure], run: dict[str, Any]) -> None:
    """Writes every round of every figure, and what the run was."""
    path.write_bytes(
        orjson.dumps({"run": run, "figures": [_told(each) for each in figures]}, option=orjson.OPT_INDENT_2)
    )


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}


def _told(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "against": figure.against,
        "unit": figure.unit,
        "gateway": values(figure.gateway),
        "other": values(figure.other),
        "ratios": figure.ratios(),
        "cpu_microseconds": cpu(figure.gateway),
        "other_cpu_microseconds": cpu(figure.other),
        "cpu_ratios": figure.cpu_ratios(),
        "peak_mebibytes": figure.peak,
        "growth_mebibytes": figure.growth,
    }


def _ratio(ratios: list[float]) -> tuple[str, str]:
    """The median, and the spread."""
    return (f"{median(ratios):.2f}", f"{min(ratios):.2f} - {max(ratios):.2f}") if ratios else ("-", "-")


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
