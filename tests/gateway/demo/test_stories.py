"""What a story's steps become when their places are filled, and what is drawn for them."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from gateway.demo.drawing import drawn
from gateway.demo.stories import Step, Story, filled

STARTED = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOW = STARTED + timedelta(hours=5)
NAMES = {"now": NOW, "started": STARTED, "gone": None, "host": "db-1", "tags": ["a"], "count": 3, "severity": "high"}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("a text", "a text", id="no place"),
        pytest.param(7, 7, id="no text"),
        pytest.param("on {host}", "on db-1", id="a place in a text"),
        pytest.param("{tags}", ["a"], id="a place alone is the value itself"),
        pytest.param("{count} of {host}", "3 of db-1", id="a number in a text"),
        pytest.param("{started}", "2026-11-20T12:00:00Z", id="a time"),
        pytest.param("since {started}", "since 2026-11-20T12:00:00Z", id="a time in a text"),
        pytest.param("{started+1d-90m}", "2026-11-21T10:30:00Z", id="a time that long after another"),
        pytest.param("{started seconds}", 1795176000, id="a time in seconds"),
        pytest.param("from={started-1h seconds}", "from=1795172400", id="seconds in a text"),
        pytest.param({"id": "{host}", "end": "{gone}"}, {"id": "db-1"}, id="a member without a value is left out"),
        pytest.param([{"on": "{host}"}], [{"on": "db-1"}], id="a list of objects"),
    ],
)
def test_a_template_is_filled(template: Any, expected: Any) -> None:
    assert filled(template, NAMES) == expected


def test_an_object_can_take_in_the_members_of_another() -> None:
    assert filled({"a": 1, "**": "{more}"}, {"more": {"b": 2}}) == {"a": 1, "b": 2}


def test_a_place_that_nobody_knows_is_a_mistake_of_the_story() -> None:
    with pytest.raises(KeyError):
        filled("{nobody}", NAMES)


@pytest.mark.parametrize(
    ("position", "send"),
    [
        pytest.param(0, "POST /a", id="a step that always happens"),
        pytest.param(1, "POST /b", id="a step whose time is known"),
        pytest.param(2, None, id="a step whose time is not"),
        pytest.param(3, None, id="no more steps"),
    ],
)
def test_a_story_leaves_out_what_did_not_happen(position: int, send: str | None) -> None:
    steps = [Step("a", "POST /a"), Step("b", "POST /b", when="started"), Step("c", "POST /c", when="gone")]
    step = Story(steps, NAMES).step(position)
    assert (step and step.send) == send


@pytest.mark.parametrize(
    ("described", "possible"),
    [
        pytest.param("{host}", {"db-1"}, id="a template"),
        pytest.param({"any": ["a", "{host}"]}, {"a", "db-1"}, id="one of some"),
        pytest.param({"odds": {"a": 1, "b": 2, "never": 0}}, {"a", "b"}, id="by odds"),
        pytest.param({"from": 1, "to": 3}, {1, 2, 3}, id="a range"),
        pytest.param({"by": "severity", "high": "p1", "else": "p2"}, {"p1"}, id="by another value"),
        pytest.param(
            {"by": "severity", "low": "p1", "else": {"from": 5, "to": 5}}, {5}, id="by no value that is named"
        ),
        pytest.param({"by": "gone", "None": "open", "else": "closed"}, {"open"}, id="by what did not happen"),
        pytest.param({"after": ["gone"], "minutes": 1, "chance": 1}, {None}, id="after what did not happen"),
        pytest.param({"after": ["started"], "minutes": 10**6, "chance": 1}, {None}, id="not before now"),
        pytest.param({"after": ["started"], "minutes": 1, "chance": 0}, {None}, id="without a chance"),
        pytest.param({"after": ["gone", "started"], "minutes": 0, "chance": 1}, {STARTED}, id="after the first known"),
    ],
)
def test_a_value_is_drawn_from_what_can_be(described: Any, possible: set[Any]) -> None:
    rng = Random(1)
    assert {drawn(rng, described, NAMES) for _ in range(100)} == possible


def test_several_values_and_an_object_can_be_drawn() -> None:
    rng = Random(1)
    some = [drawn(rng, {"some": ["a", "b", "c"], "from": 1, "to": 2}, NAMES) for _ in range(100)]
    assert ({len(each) for each in some}, {len(set(each)) - len(each) for each in some}) == ({1, 2}, {0})
    assert drawn(rng, {"pick": ["host", "count"]}, NAMES) == {"host": "db-1", "count": 3}
    assert len(drawn(rng, {"hex": 24}, NAMES)) == 24
    medians = sorted(drawn(rng, {"median": 100, "spread": 0.5}, NAMES) for _ in range(999))
    assert 90 < medians[499] < 110
