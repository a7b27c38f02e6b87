"""The page of how it grows: what it shows is what was recorded, and nothing else."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.growth import page, plots, record
from benchmarks.growth.piece import OutOfTime, Piece
from benchmarks.growth.plan import Plan, Setting
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


PLAN = Plan((1_000, 200), (1, 1000), (1, 2), (100, 1), 4)
SETTINGS = [
    Setting("clients", 200, 1),
    Setting("clients", 200, 1000),
    Setting("clients", 1_000, 1),
    Setting("clients", 1_000, 1000),
    Setting("depth", 1_000, depth=0),
    Setting("depth", 1_000, depth=250),
    Setting("depth", 1_000, depth=500),
    Setting("depth", 1_000, depth=975),
    Setting("workers", 1_000, 32, 1),
    Setting("workers", 1_000, 32, 2),
    Setting("tenants", 50, 8, tenants=1),
    Setting("tenants", 50, 100, tenants=100),
]


def test_a_plan_has_its_settings_in_an_order_in_which_what_is_held_only_grows() -> None:
    assert PLAN.settings() == SETTINGS
    assert PLAN.settings(["workers", "depth"]) == SETTINGS[4:10]


def test_a_thousand_clients_are_measured_for_longer() -> None:
    assert [PLAN.takes(setting) for setting in SETTINGS[:2]] == [4, 40]


def _point(setting: Setting, per_second: float = 1) -> Point:
    return Point(*setting, per_second, 1.0, 2.0, None, 1.0, 0)


def test_a_run_goes_on_where_its_last_piece_ended(tmp_path: Path) -> None:
    path, now = tmp_path / "run", datetime.now(UTC)
    run = record.resumed({"cores": 2}, now, path)
    assert record.resumed({"cores": 9}, now + timedelta(hours=1), path) == run
    for setting in SETTINGS[:3]:
        run = run.measured(_point(setting), path)
    assert record.resumed({}, now, path) == run
    assert (run.began, run.machine, run.left(SETTINGS)) == (now, {"cores": 2}, SETTINGS[3:])
    assert run.left(SETTINGS[:3]) == []


def test_a_recorded_run_takes_the_place_of_what_it_measured_again(tmp_path: Path) -> None:
    path = tmp_path / "run"
    clients, depth, workers = SETTINGS[0], SETTINGS[5], SETTINGS[8]
    record.write({"load": 9}, [_point(depth), _point(SETTINGS[2]), _point(workers)], path)
    record.write({"load": 1}, [_point(workers, 5), _point(clients, 7)], path)
    assert record.read(path) == Run({"load": 1}, (_point(clients, 7), _point(depth), _point(workers, 5)))


@pytest.mark.parametrize(("within", "seconds", "over"), [(60, 30, False), (60, 61, True), (0, 1, True)])
def test_a_piece_begins_with_nothing_that_would_not_end_in_time(within: float, seconds: float, over: bool) -> None:
    piece = Piece(within)
    with pytest.raises(OutOfTime) if over else nullcontext():
        piece.spare(seconds)
