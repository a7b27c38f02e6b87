"""Alerts as their senders write them: odd names, values of any kind, times of any form, properties that are no tag."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.dialects.bigpanda.endpoints_alerts import read
from tests.clock import START
from tests.dialects.bigpanda.calls import Json
from tests.refusals import refused

SENT: Json = {"app_key": "app", "status": "critical", "host": "db-1"}

TIMES = (
    (0, 0, "zero"),
    (1402303570, 1402303570, "seconds"),
    (1402303570.5, 1402303570, "seconds with a fraction"),
    (1402303570999, 1402303570, "milliseconds"),
    (1402303570999.5, 1402303570, "milliseconds with a fraction"),
    ("1402303570", 1402303570, "seconds in a text"),
    ("1402303570.25", 1402303570, "a fraction in a text"),
    ("1402303570000", 1402303570, "milliseconds in a text"),
    ("2014-06-09T08:46:10Z", 1402303570, "ISO 8601"),
    (" 2014-06-09 10:46:10.5+02:00 ", 1402303570, "ISO 8601 of a zone"),
    ("2014-06-09T08:46:10", 1402303570, "ISO 8601 without one"),
    ("2014-06-09", 1402272000, "a day"),
)

ODD: tuple[tuple[str, Any, Any], ...] = (
    ("kubernetes.io/app", "web", "web"),
    ("Percent Processor Time", 99.5, "99.5"),
    ("größe", "x", "x"),
    ("日本語", "x", "x"),
    ('a "quoted" = (name)', "x", "x"),
    ("a*b?c\\d", "x", "x"),
    (" ", "x", "x"),
    ("n" * 128, "x", "x"),
    ("up", True, "true"),
    ("down", False, "false"),
    ("large", 12345678901234567890, "12345678901234567890"),
    ("values", {"cpu": [1, None]}, '{"cpu":[1,null]}'),
    ("nothing", {}, "{}"),
    ("comments", ["one", {"text": "two"}, True, None, 3], ["one", '{"text":"two"}', "true", "3"]),
    ("lists", [["a"], []], ['["a"]', "[]"]),
)


@pytest.mark.parametrize(("said", "at"), [pytest.param(said, at, id=name) for said, at, name in TIMES])
def test_a_time_of_a_known_form_is_read(said: Any, at: int) -> None:
    [(_, event)] = read(SENT | {"timestamp": said}, START)
    assert event.at == datetime.fromtimestamp(at, UTC)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("now", id="a word"),
        pytest.param("", id="nothing"),
        pytest.param("2014-13-01", id="a month that is none"),
        pytest.param("9" * 19, id="a number of no end"),
        pytest.param(1402303570000000, id="microseconds"),
        pytest.param(True, id="a truth"),
        pytest.param([1], id="a list"),
        pytest.param({}, id="an object"),
        pytest.param(-0.5, id="a moment before the epoch"),
        pytest.param("-1", id="a second before it, as text"),
        pytest.param("1969-12-31", id="a day before it"),
    ],
)
def test_what_is_no_time(said: Any) -> None:
    among = {"app_key": "a", "alerts": [SENT, SENT | {"timestamp": said}]}
    assert refused(lambda: list(read(among, START)))[0] == "alerts[1].timestamp"


@pytest.mark.parametrize(
    ("name", "value", "text"), [pytest.param(*row, id=f"{row[0]} is {row[1]!r}"[:60]) for row in ODD]
)
def test_any_value_of_any_name_is_a_tag(name: str, value: Any, text: Any) -> None:
    [(_, event)] = read(SENT | {name: value}, START)
    assert event.tags == [{"name": "host", "value": "db-1"}, {"name": name, "value": text}]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param({}, ("app__db-1", "app__db-1", "host", None), id="nothing odd"),
        pytest.param({"a": None, "b": [None]}, ("app__db-1", "app__db-1", "host", None), id="null"),
        pytest.param({"description": 95}, ("app__db-1", "95", "host", None), id="a number to describe it"),
        pytest.param({"description": {"a": 1}}, ("app__db-1", '{"a":1}', "host", None), id="an object to describe it"),
        pytest.param({"incident_identifier": 7}, ("7", "7", "host", None), id="an identifier by number"),
        *(
            pytest.param(
                {"primary_property": said, "secondary_property": said},
                ("app__db-1", "app__db-1", "host", None),
                id=f"properties that are no tag: {said!r}"[:60],
            )
            for said in ("name", "", None, 5, ["host"], "n" * 500)
        ),
        pytest.param(
            {"primary_property": "gone", "gone": None, "secondary_property": "empty", "empty": "", "check": "c"},
            ("app__db-1__c", "db-1: c", "host", "check"),
            id="properties whose tags say nothing",
        ),
        pytest.param(
            {"primary_property": "APPLICATION", "Application": "shop", "Sensor": 4},
            ("app__shop__4", "shop: 4", "Application", "Sensor"),
            id="properties in any case",
        ),
    ],
)
def test_what_an_alert_is_about(sent: Json, expected: tuple[str, ...]) -> None:
    [(_, event)] = read(SENT | sent, START)
    assert (event.key, event.title, event.primary_property, event.secondary_property) == expected
