"""What v1's words mean, and which of them is shown."""

import pytest

from gateway.dialects.incidents_v1 import words
from queries.criteria import Criterion, Is, Not, Where
from queries.fields import TYPED_COLUMNS

LEVELS = ("critical", "high", "medium", "low", "info")
CLOSED = Where(TYPED_COLUMNS["state"], Is(("closed",)))


@pytest.mark.parametrize(
    ("level", "said"),
    [
        pytest.param("critical", ["critical", "CRIT", "Sev1", "p1", " critical "], id="critical"),
        pytest.param("high", ["high", "Major", "sev2", "P2"], id="high"),
        pytest.param("medium", ["medium", "moderate", "WARNING", "warn", "sev3", "p3"], id="medium"),
        pytest.param("low", ["low", "minor", "sev4", "p4"], id="low"),
        pytest.param("info", ["info", "sev5", "whatever", "0"], id="info, and anything else"),
        pytest.param(None, ["", "   "], id="blank is none"),
    ],
)
def test_the_level_that_a_word_means(level: str | None, said: list[str]) -> None:
    assert [words.severity(each, LEVELS) for each in said] == [level] * len(said)


@pytest.mark.parametrize(
    ("said", "level"),
    [
        pytest.param("red", "Red", id="a configured level, whatever the case"),
        pytest.param("high", "green", id="a word for a level that is not configured"),
        pytest.param("critical", "critical", id="a word for one that is"),
    ],
)
def test_levels_of_another_configuration(said: str, level: str) -> None:
    assert words.severity(said, ("critical", "Red", "green")) == level


@pytest.mark.parametrize(
    ("level", "sent", "shown"),
    [
        pytest.param("critical", "Sev1", "Sev1", id="the word sent, while it means today's level"),
        pytest.param("high", "Sev1", "HIGH", id="today's level, once another was set"),
        pytest.param("low", None, "LOW", id="the level of an incident of another origin"),
        pytest.param(None, None, None, id="none"),
        pytest.param(None, "", "", id="a blank word stays blank"),
        pytest.param("info", "", "INFO", id="a blank word gives way to a level"),
        pytest.param(None, "Sev1", None, id="a word whose level was taken away"),
    ],
)
def test_the_severity_that_is_shown(level: str | None, sent: str | None, shown: str | None) -> None:
    assert words.shown_severity(level, sent, LEVELS) == shown


@pytest.mark.parametrize(
    ("held", "sent", "shown"),
    [
        pytest.param("P1", "P1", "P1", id="as it was sent"),
        pytest.param("P2", "P1", "P2", id="as another dialect set it"),
        pytest.param("P2", None, "P2", id="of another origin"),
        pytest.param(None, " ", " ", id="a blank one is none, and stays blank"),
        pytest.param("P2", "", "P2", id="a blank one gives way"),
        pytest.param(None, "P1", None, id="taken away"),
    ],
)
def test_the_priority_that_is_shown(held: str | None, sent: str | None, shown: str | None) -> None:
    assert words.shown_priority(held, sent) == shown


@pytest.mark.parametrize(
    ("field", "held", "shown"),
    [
        pytest.param("type", "ALERT", "ALERT", id="a type of v1"),
        pytest.param("type", "phishing", "INCIDENT", id="any other type"),
        pytest.param("type", None, "INCIDENT", id="no type"),
        pytest.param("category", "SECURITY", "SECURITY", id="a category of v1"),
        pytest.param("category", "security", "RELIABILITY", id="any other category"),
    ],
)
def test_the_type_and_the_category_that_are_shown(field: str, held: str | None, shown: str) -> None:
    assert words.shown(field, {} if held is None else {field: held}) == shown


@pytest.mark.parametrize(
    ("state", "shown"), [("open", "OPEN"), ("in_progress", "OPEN"), ("closed", "RESOLVED")], ids=lambda word: word
)
def test_the_status_that_is_shown(state: str, shown: str) -> None:
    assert words.shown_status({"state": state}) == shown


@pytest.mark.parametrize(
    ("field", "word", "criterion"),
    [
        pytest.param("status", "RESOLVED", CLOSED, id="resolved"),
        pytest.param("status", "OPEN", Not(CLOSED), id="open is what is not resolved"),
        pytest.param("type", "ALERT", Where(TYPED_COLUMNS["type"], Is(("ALERT",))), id="a type"),
        pytest.param(
            "type",
            "INCIDENT",
            Not(Where(TYPED_COLUMNS["type"], Is(("ANOMALY", "ALERT")))),
            id="the type that everything else is shown as",
        ),
        pytest.param(
            "category",
            "RELIABILITY",
            Not(Where(TYPED_COLUMNS["category"], Is(("PERFORMANCE", "SECURITY", "CONFIGURATION")))),
            id="the category that everything else is shown as",
        ),
    ],
)
def test_the_incidents_that_show_a_word(field: str, word: str, criterion: Criterion) -> None:
    assert words.criterion(field, word) == criterion
