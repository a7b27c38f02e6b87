"""BPQL against the engine: comments are looked up, patterns tried, limits within what the engine takes."""

import pytest

from gateway.dialects.bigpanda import matching
from gateway.incidents.session import Context, Session
from gateway.store.bulk import Write
from queries.criteria import Ids
from queries.errors import QueryError
from queries.searches import Search
from tests.dialects.bigpanda.calls import Client, Json, as_ann
from tests.live import loading

pytestmark = pytest.mark.anyio

COMMENTS = {
    "a": ["Checked", "checked"],
    "b": ["checked"],
    "c": ["checked", "checked"],
    "d": ["not checked, as it is"],
    "e": ["50% of *all*", "größer"],
    "f": [],
}
FIELDS: dict[str, Json] = {
    "a": {"assignee": {"name": "ann", "numeric_id": 8}},
    "f": {"assignee": {"id": "7"}},
    "e": {"assignee": {"numeric_id": 7}},
}


@pytest.fixture(scope="module")
async def session(shared: Client, ctx: Context) -> Session:
    """A tenant whose incidents have these comments."""
    await loading.create(shared, ({"_meta": {"id": each}, "title": each, **FIELDS.get(each, {})} for each in COMMENTS))
    for incident_id, notes in COMMENTS.items():
        for each in notes:
            reply = await shared.post(f"/_im/incidents/{incident_id}/notes?refresh=true", json={"body": each})
            assert reply.status_code == 201, reply.text
    session = as_ann(ctx, shared.headers["X-Scope-OrgID"])
    await session.events.refresh()
    return session


async def found(session: Session, said: str) -> str:
    search = Search(await matching.criterion(session, said), ({"numeric_id": {"order": "asc"}},), 100)
    return "".join(each.id for each in (await session.incidents.search(search)).hits)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("comment = checked", "abc", id="whole comments in any case"),
        pytest.param("comment != checked", "def", id="no comment that"),
        pytest.param("comment === checked", "bc", id="to the letter, and no other comment"),
        pytest.param("comment === Checked", "", id="one of two is not all"),
        pytest.param("NOT comment === checked", "adef", id="anything else"),
        pytest.param("comment = *", "abcde", id="any comment"),
        pytest.param("comment = *checked*", "abcd", id="a part of it"),
        pytest.param("comment = '*\\*ALL\\*'", "e", id="literal stars"),
        pytest.param("comment = GRÖSSER OR comment = GRÖßER", "e", id="case beyond ASCII"),
        pytest.param("comment IN [checked, größer]", "abce", id="several"),
        pytest.param("comment = /.*check.*/", "abcd", id="a regex"),
        pytest.param("comment = checked AND comment != Checked", "", id="two conditions"),
        pytest.param("checked", "abcd", id="a keyword"),
        pytest.param("'as it is' OR größer", "de", id="a phrase"),
        pytest.param("NOT checked", "ef", id="no keyword"),
    ],
)
async def test_comments(session: Session, said: str, expected: str) -> None:
    assert await found(session, said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("assignee = 7", "ef", id="a number that is shown as an id"),
        pytest.param("assignee = 8", "a", id="beside a name"),
        pytest.param("assignee = *", "aef", id="anyone"),
        pytest.param("assignee != *", "bcd", id="nobody"),
        pytest.param("assignee === *", "", id="a star"),
        pytest.param("assignee IN [7, ANN]", "aef", id="several"),
        pytest.param("assignee = /7/", "f", id="a regex finds no number"),
    ],
)
async def test_assignees(session: Session, said: str, expected: str) -> None:
    assert await found(session, said) == expected


async def test_a_tenant_without_anything_has_nothing_to_find(ctx: Context) -> None:
    for said in ("*", "disk", "comment != a", "host = /x.*/"):
        await matching.criterion(as_ann(ctx, "nobody-at-all"), said)
    assert await matching.criterion(as_ann(ctx, "nobody-at-all"), "comment = a") == Ids(())


COMPLEX = f"(.*a){{40}}{'.' * 40}"


@pytest.mark.parametrize(
    ("said", "column"),
    [
        pytest.param(f"host = /{COMPLEX}/", 8, id="of a tag"),
        pytest.param(f"host = /a.*/ OR comment = /{COMPLEX}/", 27, id="of comments, behind a good one"),
        pytest.param(f"check IN [a, /{COMPLEX}/]", 14, id="in a list"),
        pytest.param(f"'{'a' * 1000}'", 1, id="a keyword"),
        pytest.param(f"NOT a = {'aab*' * 400}", 9, id="with wildcards"),
    ],
)
async def test_a_pattern_that_the_engine_finds_too_complex_is_named(session: Session, said: str, column: int) -> None:
    with pytest.raises(QueryError) as refused:
        await matching.criterion(session, said, "filter")
    first = refused.value.reason.split("\n")[0]
    assert (first, refused.value.where, refused.value.kind) == (
        f"column {column}: this pattern is too complex", "filter", "bad_query",
    )  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(f"a IN [{','.join('é' * 200)}]", id="clauses"),
        pytest.param("(" * 20 + "a=1 OR NOT b=1" + ")" * 20, id="parentheses"),
        pytest.param("(a=1 OR b=1 AND NOT " * 20 + "a=1" + ")" * 20, id="conditions within conditions"),
        pytest.param(" OR ".join(f"word{number}" for number in range(3)), id="keywords"),
        pytest.param("host = *" + "a" * 63, id="what stands behind a wildcard untried"),
        pytest.param("host = *" + "a*" * 31, id="wildcards untried"),
        pytest.param("host = " + "aaaa*" * 12, id="wildcards between runs untried"),
        pytest.param("n" * 256 + " = /" + "\\w" * 58 + "/", id="a long regex of a long name"),
        pytest.param("host = " + "x" * 1990, id="a long text"),
        pytest.param("host = /((a?b?){12}){10}/", id="counts within counts"),
    ],
)
async def test_what_is_within_the_limits_is_taken(session: Session, said: str) -> None:
    assert await found(session, said) in {"", "abcdef"}


async def test_comments_of_too_many_incidents_are_refused(session: Session) -> None:
    notes = [
        Write(f"flood-{n}", {"kind": "note", "incident_id": f"x{n}", "body": "flood"})
        for n in range(matching.MOST_INCIDENTS)
    ]
    await session.events.write(notes, refresh="true")
    assert await found(session, "comment = flood") == ""
    with pytest.raises(QueryError, match="column 20: comments of more than 10,000 incidents fit; say more of them"):
        await matching.criterion(session, "a=1 OR comment IN [flood, Checked]")
