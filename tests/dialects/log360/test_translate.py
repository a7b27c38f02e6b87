"""The words of a list as criteria, and the clauses that these are; the words of a write as fields."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.dialects.log360 import translate
from gateway.dialects.log360.requests import Create, List, Update
from gateway.dialects.settings import load
from gateway.incidents.model.vocabulary import vocabulary
from queries.clauses import Clause, clause
from queries.criteria import And, Criterion, Is, Not, Or, Present, Where
from queries.fields import TYPED_COLUMNS, Column
from queries.searches import Search

WORDS = vocabulary(load())
ZONE = ZoneInfo("Europe/Paris")
SEVERITY, ASSIGNEE = TYPED_COLUMNS["severity"], TYPED_COLUMNS["assignee.numeric_id"]
INCIDENTS = Where(Column("kind", "keyword"), Is(("incident",)))
OF_KIND = {"term": {"kind": "incident"}}


def test_a_list_that_asks_for_nothing_is_the_newest_hundred() -> None:
    order = ({"created_at": {"order": "desc"}}, {"numeric_id": {"order": "desc"}})
    expected = Search(And((INCIDENTS,)), order, 100, offset=0, fields=translate.SHOWN, total=True)
    assert translate.search(List.model_validate({})) == expected


def test_a_list_starts_where_it_is_told_and_is_as_long_as_it_is_told() -> None:
    found = translate.search(List.model_validate({"from": "30", "limit": "10"}))
    assert (found.offset, found.size) == (30, 10)


@pytest.mark.parametrize(
    ("words", "criterion", "expected"),
    [
        pytest.param(
            {"severity": "critical"},
            Where(SEVERITY, Is(("critical",))),
            {"term": {"severity": "critical"}},
            id="critical is critical",
        ),
        pytest.param(
            {"severity": "TROUBLE"},
            Where(SEVERITY, Is(("high", "medium"))),
            {"terms": {"severity": ["high", "medium"]}},
            id="trouble is high and medium, whatever its case",
        ),
        pytest.param(
            {"severity": "attention"},
            Not(Where(SEVERITY, Is(("critical", "high", "medium")))),
            {"bool": {"must_not": [{"terms": {"severity": ["critical", "high", "medium"]}}]}},
            id="attention is all the rest, and none",
        ),
        pytest.param(
            {"status": "In_Progress"},
            Where(TYPED_COLUMNS["state"], Is(("in_progress",))),
            {"term": {"state": "in_progress"}},
            id="status is the state",
        ),
        pytest.param(
            {"created_by": "user001"},
            Where(TYPED_COLUMNS["created_by"], Is(("user001",))),
            {"term": {"created_by": "user001"}},
            id="who made it",
        ),
        pytest.param(
            {"assignee": "7"},
            Where(ASSIGNEE, Is((7,))),
            {"term": {"assignee.numeric_id": 7}},
            id="whose it is",
        ),
        pytest.param(
            {"assignee": "-1"},
            Or((Where(ASSIGNEE, Is((-1,))), Not(Where(ASSIGNEE, Present())))),
            {
                "bool": {
                    "should": [
                        {"term": {"assignee.numeric_id": -1}},
                        {"bool": {"must_not": [{"exists": {"field": "assignee.numeric_id"}}]}},
                    ],
                    "minimum_should_match": 1,
                }
            },
            id="nobody's",
        ),
    ],
)
def test_filters(words: dict[str, str], criterion: Criterion, expected: Clause) -> None:
    found = translate.search(List.model_validate(words)).criterion
    assert (found, clause(found)) == (And((INCIDENTS, criterion)), {"bool": {"filter": [OF_KIND, expected]}})


@pytest.mark.parametrize(
    ("severity", "word"),
    [
        *(("critical", "critical"), ("high", "trouble"), ("medium", "trouble")),
        *(("low", "attention"), ("info", "attention"), (None, "attention"), ("sev-0", "attention")),
    ],
)
def test_every_severity_has_a_word(severity: str | None, word: str) -> None:
    assert translate.severity_word(severity) == word


@pytest.mark.parametrize(
    ("sent", "fields", "raw"),
    [
        pytest.param({}, {}, {}, id="a name is enough"),
        pytest.param(
            {"severity": "Critical", "status": "open"},
            {"severity": "critical", "status": "new"},
            {"severity": "critical", "status": "open"},
            id="critical and open",
        ),
        pytest.param(
            {"severity": "trouble", "status": "in_progress"},
            {"severity": "high", "status": "in_progress"},
            {"severity": "trouble", "status": "in_progress"},
            id="trouble and in progress",
        ),
        pytest.param(
            {"severity": "attention", "status": "CLOSED"},
            {"severity": "low", "status": "closed"},
            {"severity": "attention", "status": "closed"},
            id="attention and closed",
        ),
        pytest.param({"assignee": -1}, {"assignee": None}, {}, id="nobody's"),
        pytest.param({"assignee": 0}, {"assignee": {"numeric_id": 0}}, {}, id="somebody's"),
        pytest.param({"description": ""}, {"description": ""}, {}, id="an empty description is one"),
        pytest.param(
            {"due_date": "2027-10-03 10:30:00"}, {"due_at": "2027-10-03T08:30:00.000Z"}, {}, id="due in the zone"
        ),
        pytest.param(dict.fromkeys(("description", "severity", "notes")), {}, {}, id="null is nothing"),
        pytest.param({"notes": ["n"], "evidence": ["u"], "source": "alert"}, {}, {}, id="what hangs on it is no field"),
    ],
)
def test_made(sent: dict[str, Any], fields: dict[str, Any], raw: dict[str, str]) -> None:
    found = translate.made(Create.model_validate({"name": "test", **sent}), "the key", WORDS, ZONE)
    assert found == {"title": "test", **fields, "ext": {"log360": {"name_key": "the key", **raw}}}


FINE = {
    "severity": "medium",
    "state": "in_progress",
    "workflow_id": "default",
    "assignee": {"numeric_id": 7, "name": "Ann"},
}


@pytest.mark.parametrize(
    ("before", "sent", "expected"),
    [
        pytest.param({}, {}, {}, id="nothing said, nothing changed"),
        pytest.param({}, {"severity": "trouble"}, {}, id="trouble is no news for a medium incident"),
        pytest.param({"severity": "high"}, {"severity": "trouble"}, {}, id="nor for a high one"),
        pytest.param({"severity": "info"}, {"severity": "attention"}, {}, id="attention is no news for info"),
        pytest.param({"severity": None}, {"severity": "attention"}, {}, id="nor where there is no severity"),
        pytest.param(
            {},
            {"severity": "attention"},
            {"severity": "low", "ext": {"log360": {"severity": "attention"}}},
            id="it is news for a medium one",
        ),
        pytest.param({}, {"status": "in_progress"}, {}, id="the state that it is in"),
        pytest.param(
            {},
            {"status": "open"},
            {"status": "new", "ext": {"log360": {"status": "open"}}},
            id="open is the first status",
        ),
        pytest.param(
            {},
            {"status": "closed"},
            {"status": "closed", "ext": {"log360": {"status": "closed"}}},
            id="closed is closed",
        ),
        pytest.param({}, {"assignee": 7}, {}, id="whoever has it keeps it, name and all"),
        pytest.param({}, {"assignee": 8}, {"assignee": {"numeric_id": 8}}, id="another replaces all of it"),
        pytest.param({}, {"assignee": -1}, {"assignee": None}, id="-1 clears it"),
        pytest.param({"assignee": {"name": "Bob"}}, {"assignee": -1}, {"assignee": None}, id="whoever it was"),
    ],
)
def test_changed(before: dict[str, Any], sent: dict[str, Any], expected: dict[str, Any]) -> None:
    asked = Update.model_validate({"incident_id": 1, "name": "test", **sent})
    assert translate.changed(asked, FINE | before, WORDS, ZONE) == expected


def test_incidents_by_number() -> None:
    found = translate.numbered((3, 5))
    wanted = And((INCIDENTS, Where(TYPED_COLUMNS["numeric_id"], Is((3, 5)))))
    assert (found.criterion, found.size, found.fields) == (wanted, 2, ("ext",))
