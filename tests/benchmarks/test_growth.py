"""The page of how it grows: what it shows is what was recorded, and nothing else."""

from xml.etree import ElementTree

import pytest

from benchmarks.growth import page, plots, record
from benchmarks.growth.plots import Curve
from benchmarks.growth.record import Point, Run

POINT = Point("workers", 1000, 32, 2, 1, 0, 400.0, 1.25, 12.5, 987.6, 0.875, 3)


def test_the_page_is_drawn_from_the_recorded_run() -> None:
    run, text = record.read(), page.PAGE.read_text(encoding="utf-8")
    assert page.drawn(text, run) == text
    kept = {each.name: each.read_text(encoding="utf-8") for each in page.PLOTS.iterdir()}
    assert kept == page.pictures(run)


def test_a_point_is_a_line_of_its_part() -> None:
    before = "<!-- workers -->\nold\n<!-- end -->\n"
    row = "| 2 | 400 | 1.2 | 12.5 | 988 | 0.88 | 3 | 6,000 |"
    drawn = page.drawn(before, Run({}, (POINT,)))
    assert drawn.splitlines()[4:] == [row, "", "<!-- end -->"]
    assert page.drawn(drawn, Run({}, (POINT,))) == drawn


@pytest.mark.parametrize("curves", [[Curve("a<b", [(1, 2.0), (1000, 3.5)])], [Curve("one", [(0, 1.0)])]])
def test_a_plot_is_svg_with_every_point(curves: list[Curve]) -> None:
    drawn = ElementTree.fromstring(plots.plot("Pages & more", "clients", curves))
    circles = drawn.findall("{http://www.w3.org/2000/svg}circle")
    assert len(circles) == sum(len(each.points) for each in curves)
