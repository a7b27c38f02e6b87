"""What becomes of every key of an alert that is sent, and what an alert cannot say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.alerts.events import AlertEvent
from gateway.dialects.bigpanda.endpoints_alerts import joined, read
from tests.clock import START
from tests.dialects.bigpanda.calls import Json
from tests.refusals import refused

SENT: Json = {"app_key": "app", "status": "critical", "host": "db-1"}
KEY = "app__db-1"
EVENT = AlertEvent(
    key=KEY,
    status="critical",
    at=START,
    title=KEY,
    source="api.app",
    description=None,
    tags=[{"name": "host", "value": "db-1"}],
    primary_property="host",
    secondary_property=None,
)


def differing(sent: Json) -> Json:
    """What the event of the alert has otherwise than the plain one, tags by their names."""
    [(_, event)] = read(sent, START)
    tags = {each["name"]: each["value"] for each in event.tags}
    fields = ("key", "status", "at", "title", "source", "description", "primary_property", "secondary_property")
    other = {each: getattr(event, each) for each in fields if getattr(event, each) != getattr(EVENT, each)}
    other |= {} if event.maintenance_plans is None else {"maintenance_plans": event.maintenance_plans}
    return other | ({} if tags == {"host": "db-1"} else {"tags": tags})


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param({}, {}, id="a host alone"),
        pytest.param({"status": "Warning"}, {"status": "warning"}, id="a status in any case"),
        pytest.param(
            {"check": "CPU"},
            {
                "key": "app__db-1__CPU",
                "title": "db-1: CPU",
                "secondary_property": "check",
                "tags": {"host": "db-1", "check": "CPU"},
            },
            id="a host and a check",
        ),
        pytest.param(
            {"description": "95 %"}, {"title": "95 %", "description": "95 %"}, id="a description is the title of one"
        ),
        pytest.param({"description": ""}, {}, id="an empty description is none"),
        pytest.param({"description": " "}, {"description": " "}, id="white space is no title"),
        pytest.param(
            {"description": "d" * 2049},
            {"title": "d" * 2048, "description": "d" * 2048},
            id="a description is cut at 2,048 characters",
        ),
        pytest.param(
            {"region": ["eu", 7, 1.5], "count": 47},
            {"tags": {"host": "db-1", "region": ["eu", "7", "1.5"], "count": "47"}},
            id="other keys are tags, and numbers texts",
        ),
        pytest.param({"note": "n" * 513}, {"tags": {"host": "db-1", "note": "n" * 512}}, id="a value is cut at 512"),
        pytest.param(
            {"ports": list(range(30))},
            {"tags": {"host": "db-1", "ports": [f"{i}" for i in range(30)]}},
            id="as many values as a tag may have",
        ),
        pytest.param({"regions": []}, {"tags": {"host": "db-1", "regions": []}}, id="a tag without values"),
        pytest.param(
            {"service": "web", "application": "shop", "device": "d", "sensor": "s", "check": "c"},
            {
                "key": "app__db-1__c",
                "title": "db-1: c",
                "secondary_property": "check",
                "tags": {
                    **{"host": "db-1", "service": "web", "application": "shop", "device": "d"},
                    **{"sensor": "s", "check": "c"},
                },
            },
            id="host goes before the others, check before sensor",
        ),
        pytest.param(
            {"primary_property": "application", "secondary_property": "host", "application": "shop", "check": "c"},
            {
                "key": "app__shop__db-1",
                "title": "shop: db-1",
                "primary_property": "application",
                "secondary_property": "host",
                "tags": {"host": "db-1", "application": "shop", "check": "c"},
            },
            id="properties that the alert names",
        ),
        pytest.param(
            {"host": "", "service": "web"},
            {
                "key": "app__web",
                "title": "app__web",
                "primary_property": "service",
                "tags": {"host": "", "service": "web"},
            },
            id="an empty host says nothing",
        ),
        pytest.param(
            {"incident_identifier": "INC-1"}, {"key": "INC-1", "title": "INC-1"}, id="an identifier replaces the key"
        ),
        pytest.param({"app_key": "b"}, {"key": "b__db-1", "title": "b__db-1", "source": "api.b"}, id="another key"),
        pytest.param({"maintenance_plans": ["p1"]}, {"maintenance_plans": ["p1"]}, id="in maintenance"),
        pytest.param({"maintenance_plans": []}, {"maintenance_plans": []}, id="no longer in maintenance"),
    ],
)
def test_what_an_alert_says(sent: Json, expected: Json) -> None:
    assert differing(SENT | sent) == expected


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        pytest.param({"app_key": 5}, "app_key", id="an app key by number"),
        pytest.param({"status": "fatal"}, "status", id="no word for a status"),
        pytest.param({"status": None}, "status", id="no status"),
        pytest.param({"timestamp": -1}, "timestamp", id="before the epoch"),
        pytest.param({"incident_identifier": "i" * 513}, "incident_identifier", id="an identifier that is too long"),
    ],
)
def test_where_the_refusal_of_an_alert_points(sent: Json, where: str) -> None:
    assert refused(lambda: list(read(SENT | sent, START)))[0] == where


WANTED = "a primary property is wanted in every alert: one of host, service, application, device"
ONE_VALUE = '"host" has one value, of 1 to 512 characters, to be a property'
NO_NAME = "cannot be a tag: 1 to 128 characters, none of them U+001F"


@pytest.mark.parametrize(
    ("sent", "where", "reason"),
    [
        pytest.param({"host": ""}, "primary_property", WANTED, id="nothing that it is about"),
        pytest.param({"host": ["a", "b"]}, "primary_property", ONE_VALUE, id="two values of what it is about"),
        pytest.param({"host": "h" * 513}, "primary_property", ONE_VALUE, id="what it is about, too long"),
        pytest.param({"": "x"}, None, f'"" {NO_NAME}', id="a tag without a name"),
        pytest.param({"n" * 129: "x"}, None, f'"{"n" * 129}" {NO_NAME}', id="a tag's name that is too long"),
        pytest.param({"a\x1fb": None}, None, f'"a\x1fb" {NO_NAME}', id="what keeps names and values apart"),
        pytest.param({"a": ["b"] * 31}, "a", "a tag has at most 30 values", id="too many values"),
        pytest.param({f"t{i}": "x" for i in range(200)}, None, "an alert has at most 200 tags", id="too many tags"),
    ],
)
def test_what_is_refused_of_an_alert(sent: Json, where: str | None, reason: str) -> None:
    assert refused(lambda: list(read(SENT | sent, START))) == (where, reason)
    among = {"app_key": "a", "alerts": [SENT, SENT | sent]}
    place = "alerts[1]" if where is None else f"alerts[1].{where}"
    assert refused(lambda: list(read(among, START))) == (place, reason)


def test_an_alert_without_an_app_key() -> None:
    expected = ("app_key", "an app key is wanted in every alert")
    assert refused(lambda: list(read(SENT | {"app_key": None}, START))) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param(["app", "db-1", "Host is down"], "app__db-1__Host is down", id="plain parts"),
        pytest.param(["app", "db_1"], "app__db_1", id="a single line"),
        pytest.param(["app", "a__b"], "app__a\\_\\_b", id="two lines"),
        pytest.param(["a_", "b"], "a\\___b", id="a line at the end"),
        pytest.param(["a", "_b"], "a__\\_b", id="a line at the beginning"),
        pytest.param(["a", "b\\_c"], "a__b\\\\\\_c", id="a backslash"),
    ],
)
def test_a_key_keeps_its_parts_apart(parts: list[str], expected: str) -> None:
    assert joined(parts) == expected


@given(st.lists(st.lists(st.text("ab_\\", min_size=1, max_size=5), min_size=1, max_size=3), min_size=2, max_size=2))
def test_no_two_things_share_a_key(both: list[list[str]]) -> None:
    first, second = both
    assert (joined(first) == joined(second)) == (first == second)
