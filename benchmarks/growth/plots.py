"""Plots as SVG: lines over a logarithmic axis, readable on a light and on a dark page."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 300, 60, 150, 36, 40
_COLOURS = ("#3b78c4", "#c4693b", "#3b9a5f", "#8a5fc4")
_STYLE = "font: 12px sans-serif; fill: #808080"


@dataclass(frozen=True, slots=True)
class Curve:
    """Named points, in order."""

    name: str
    points: Sequence[tuple[float, float]]


def plot(title: str, across: str, curves: Sequence[Curve]) -> str:
    """The curves, with what is told across the bottom."""
    scale = _Scale.of(curves)
    parts = [f'<text x="{_LEFT}" y="20">{escape(title)}</text>', *_axes(scale, curves, across)]
    for number, each in enumerate(curves):
        parts += _curve(scale, each, number)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" style="{_STYLE}">'
    return "\n".join([head, *parts, "</svg>", ""])


@dataclass(frozen=True, slots=True)
class _Scale:
    first: float
    last: float
    top: float

    @classmethod
    def of(cls, curves: Sequence[Curve]) -> "_Scale":
        points = [each for curve in curves for each in curve.points]
        places = [log10(1 + x) for x, _ in points]
        return cls(min(places), max(places), max(y for _, y in points) * 1.1)

    def x(self, value: float) -> float:
        share = (log10(1 + value) - self.first) / (self.last - self.first or 1)
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        return round(_HEIGHT - _BOTTOM - value / self.top * (_HEIGHT - _TOP - _BOTTOM), 1)


def _axes(scale: _Scale, curves: Sequence[Curve], across: str) -> list[str]:
    bottom, right = scale.y(0), _WIDTH - _RIGHT
    lines = [f'<line x1="{_LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}" stroke="#808080"/>']
    for value in sorted({x for curve in curves for x, _ in curve.points}):
        lines.append(f'<text x="{scale.x(value)}" y="{bottom + 16}" text-anchor="middle">{value:,.0f}</text>')
    for share in (0.25, 0.5, 0.75, 1):
        value = scale.top / 1.1 * share
        lines.append(f'<text x="{_LEFT - 6}" y="{scale.y(value) + 4}" text-anchor="end">{value:,.4g}</text>')
    return [*lines, f'<text x="{right}" y="{bottom + 32}" text-anchor="end">{escape(across)}</text>']


def _curve(scale: _Scale, curve: Curve, number: int) -> list[str]:
    colour = _COLOURS[number % len(_COLOURS)]
    places = [(scale.x(x), scale.y(y)) for x, y in curve.points]
    line = " ".join(f"{x},{y}" for x, y in places)
    dots = [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places]
    label = (
        f'<text x="{_WIDTH - _RIGHT + 10}" y="{_TOP + 16 + 18 * number}" fill="{colour}">{escape(curve.name)}</text>'
    )
    return [f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots, label]
