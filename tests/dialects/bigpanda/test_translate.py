"""Names and values of BPQL as criteria."""

from itertools import product
from typing import Any

import pytest

from gateway.dialects.bigpanda.bpql import parse
from gateway.dialects.bigpanda.extension import COLUMNS as TYPED_COLUMNS
from gateway.dialects.bigpanda.translate import comments, criterion
from gateway.dialects.bigpanda.words import WORDS
from gateway.incidents.model import statuses
from queries.criteria import (
    And,
    Between,
    Criterion,
    Equals,
    Everything,
    Ids,
    Is,
    Like,
    Matches,
    Not,
    Or,
    Predicate,
    Present,
    Where,
)
from queries.fields import Column
from tests.oracle import holds

ALERTS, LABELS = Column("alert_pairs", "keyword"), Column("label_pairs", "keyword")
FOUND = Ids(("i1", "i2"))


def read(said: str) -> Criterion:
    root = parse(said)
    return criterion(root, dict.fromkeys(comments(root), FOUND))


def own(name: str, predicate: Predicate) -> Where:
    return Where(TYPED_COLUMNS[name], predicate)


def pair(name: str, value: str) -> str:
    return f"{name}\u001f{value}"


def tag(name: str, *values: str) -> Criterion:
    return Or(tuple(Where(column, Equals(pair(name, each))) for column in (ALERTS, LABELS) for each in values))


ASSIGNEE = ("assignee.name", "assignee.id", "assignee.email")


def assignee(predicate: Predicate) -> tuple[Criterion, ...]:
    return tuple(own(name, predicate) for name in ASSIGNEE)


def numbered(predicate: Predicate) -> Criterion:
    return And((Not(own("assignee.id", Present())), own("assignee.numeric_id", predicate)))


def like(column: Column, *patterns: str) -> tuple[Criterion, ...]:
    return tuple(Where(column, Like(each)) for each in patterns)


def matches(column: Column, pattern: str) -> Criterion:
    return Where(column, Matches(pattern))


def has(part: str) -> Or:
    pairs = (*like(ALERTS, f"*\u001f*{part}*"), *like(LABELS, f"*\u001f*{part}*"))
    plain = tuple(own(name, Like(f"*{part}*")) for name in ("description", "source", "tags"))
    return Or((*pairs, *plain, FOUND))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("", Everything(), id="nothing said"),
        pytest.param("*", Everything(), id="a star"),
        pytest.param("* AND host=a", And((Everything(), tag("host", "a"))), id="a star among others"),
        pytest.param("host = a", tag("host", "a"), id="a tag of an alert or of the incident"),
        pytest.param("HOST = A", tag("host", "A"), id="names in lower case, values as they are"),
        pytest.param("host != a", Not(tag("host", "a")), id="not that"),
        pytest.param("host IN [a, b]", tag("host", "a", "b"), id="one of several"),
        pytest.param("host NOT IN [a, b]", Not(tag("host", "a", "b")), id="none of several"),
        pytest.param("host = ''", tag("host", ""), id="the empty text"),
        pytest.param("host = 'über AB'", tag("host", "über AB"), id="beyond ASCII as it is"),
        pytest.param(
            "host = a*b?",
            Or((*like(ALERTS, pair("host", "a*b\\?")), *like(LABELS, pair("host", "a*b\\?")))),
            id="a wildcard",
        ),
        pytest.param(
            "host = '\\*\\\\*'",
            Or((*like(ALERTS, pair("host", "\\*\\\\*")), *like(LABELS, pair("host", "\\*\\\\*")))),
            id="a wildcard behind literal symbols",
        ),
        pytest.param(
            "host = /a-[b]|c/",
            Or((matches(ALERTS, pair("host", "(a\\-[bB]|c)")), matches(LABELS, pair("host", "(a\\-[bB]|c)")))),
            id="a regex, as a whole behind the name",
        ),
        pytest.param("incident_tag.team = a", Where(LABELS, Equals(pair("team", "a"))), id="an incident tag"),
        pytest.param(
            "incident_tag.status = a", Where(LABELS, Equals(pair("status", "a"))), id="one called as a field is"
        ),
        pytest.param("incident_tag = a", tag("incident_tag", "a"), id="a tag called as the prefix is"),
        pytest.param(
            "description = a",
            Or((Where(ALERTS, Equals(pair("description", "a"))), own("description", Equals("a")))),
            id="a description of either",
        ),
        pytest.param(
            "Source_System = a",
            Or((Where(ALERTS, Equals(pair("source_system", "a"))), own("source", Equals("a")))),
            id="a source of either",
        ),
        pytest.param("incident_key = a", Where(ALERTS, Equals(pair("incident_key", "a"))), id="an alert's key"),
        pytest.param("primary_property = a", Where(ALERTS, Equals(pair("primary_property", "a"))), id="its property"),
        pytest.param(
            "secondary_property=a", Where(ALERTS, Equals(pair("secondary_property", "a"))), id="and the other"
        ),
        pytest.param("maintenance = a", own("ext.bigpanda.maintenance", Equals("a")), id="maintenance"),
        pytest.param("id = a", own("hex_id", Equals("a")), id="the id"),
        pytest.param("incident_id = a", own("hex_id", Equals("a")), id="the id by its other name"),
        pytest.param("assignee = a", Or(assignee(Equals("a"))), id="an assignee by name, id or address"),
        pytest.param(
            "assignee IN [/7/, 7*, 07]",
            Or(
                tuple(
                    Or((own(name, Matches("(7)")), own(name, Like("7*")), own(name, Equals("07")))) for name in ASSIGNEE
                )
            ),
            id="no number",
        ),
        pytest.param(
            "assignee = 7",
            Or((*assignee(Equals("7")), numbered(Is((7,))))),
            id="an assignee by number, if nothing else",
        ),
        pytest.param(
            "assignee IN [7, -1]",
            Or((*(Or((own(name, Equals("7")), own(name, Equals("-1")))) for name in ASSIGNEE), numbered(Is((7, -1))))),
            id="several numbers",
        ),
        pytest.param("assignee = *", Or((*assignee(Like("*")), numbered(Present()))), id="any assignee"),
        pytest.param(
            "assignee === a",
            Or(
                tuple(
                    And((own(path, Is(("a",))), Not(Or((own(path, Between(lt="a")), own(path, Between(gt="a")))))))
                    for path in ASSIGNEE
                )
            ),
            id="one of them to the letter",
        ),
        pytest.param(
            "host === a*",
            And(
                (
                    Or((Where(ALERTS, Is((pair("host", "a*"),))), Where(LABELS, Is((pair("host", "a*"),))))),
                    Not(
                        Or(
                            tuple(
                                Where(column, between)
                                for column in (ALERTS, LABELS)
                                for between in (
                                    Between(gte=pair("host", ""), lt=pair("host", "a*")),
                                    Between(gt=pair("host", "a*"), lt="host "),
                                )
                            )
                        )
                    ),
                )
            ),
            id="a tag to the letter, and nothing else under its name",
        ),
        pytest.param("disk", has("disk"), id="a keyword is a part of any value"),
        pytest.param("'a*b?'", has("a*b\\?"), id="with a wildcard in it"),
        pytest.param("''", Everything(), id="the empty text is part of all"),
        pytest.param("comment = a", FOUND, id="comments are looked up"),
        pytest.param("NOT Comment != a", Not(Not(FOUND)), id="whatever is said of them"),
        pytest.param("status = Critical", Where(Column("status_rank", "whole"), Is((3,))), id="a status"),
        pytest.param("status != ok", Not(Where(Column("status_rank", "whole"), Is((0,)))), id="another status"),
        pytest.param(
            "status IN [crit*, warning, critical]",
            Or((Where(Column("status_rank", "whole"), Is((3,))), Where(Column("status_rank", "whole"), Is((2,))))),
            id="statuses, each once",
        ),
        pytest.param("active = true", Not(own("state", Is(("closed",)))), id="active"),
        pytest.param("active = FALSE", own("state", Is(("closed",))), id="not active"),
        pytest.param("shared === true", own("ext.bigpanda.shared", Is((True,))), id="shared"),
        pytest.param("shared = f*", Not(own("ext.bigpanda.shared", Is((True,)))), id="not shared, or never was"),
    ],
)
def test_what_is_meant(said: str, meant: Criterion) -> None:
    assert read(said) == meant


SEVERITIES, SAID = (None, "critical", "high", "medium", "low", "info"), (None, *statuses.STATUSES)


@pytest.mark.parametrize(("severity", "said"), list(product(SEVERITIES, SAID)))
def test_the_severity_that_is_shown_is_found(severity: str | None, said: str | None) -> None:
    incident: dict[str, Any] = {"ext": {"bigpanda": {"severity": said} if said else {}}}
    incident |= {"severity": severity} if severity else {}
    found = [word for word, each in WORDS["severity"].items() if holds(each, incident)]
    assert found == [statuses.severity(incident, incident["ext"]["bigpanda"])]
