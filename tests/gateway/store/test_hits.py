"""Documents cut out of replies: the stored bytes, less what is hidden."""

import pytest

from gateway.problems import TimedOut, Unavailable
from gateway.store import hits

META = '"_index":"im-incidents-t","_id":"a","_version":1,"_seq_no":7,"_primary_term":2,"found":true'
SHOWN = b'{"_meta":{"id":"a","type":"incident","version":"2-7"}'


def hit(source: str, meta: str = META) -> hits.Hit:
    found = hits.hit(f'{{{meta},"_source":{source}}}')
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            '{"title":"x","n":1.50,"kind":"incident","severity_rank":0}',
            SHOWN + b',"title":"x","n":1.50}',
            id="the bytes as they were stored",
        ),
        pytest.param(
            '{"title":"x","kind":"incident","severity_rank":3,"service_pairs":["a\\u001fb"],"label_pairs":["c"]}',
            SHOWN + b',"title":"x"}',
            id="nothing that is hidden",
        ),
        pytest.param(
            '{"a":{"b":1,"kind":"x"},"title":",\\"kind\\":\\"y\\"","kind":"incident","severity_rank":0}',
            SHOWN + b',"a":{"b":1,"kind":"x"},"title":",\\"kind\\":\\"y\\""}',
            id="a field or a text of that name further in is none of ours",
        ),
    ],
)
def test_wire(source: str, expected: bytes) -> None:
    assert hit(source).wire() == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param('{"kind":"incident","severity_rank":1,"title":"x"}', SHOWN + b',"title":"x"}', id="in any order"),
        pytest.param('{"severity_rank":1,"kind":"incident"}', SHOWN + b"}", id="no field at all"),
    ],
)
def test_wire_of_some(source: str, expected: bytes) -> None:
    assert hit(source).wire_of_some() == expected


def test_kind_and_version() -> None:
    found = hit('{"title":"x","kind":"aggregation_result","severity_rank":0}')
    assert (found.kind, found.version) == ("aggregation_result", "2-7")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"_index":"im-incidents-t","_id":"a","found":false}', id="no such document"),
        pytest.param('{"error":{"type":"index_not_found_exception"},"status":404}', id="no such index"),
    ],
)
def test_no_hit(text: str) -> None:
    assert hits.hit(text) is None


def test_names_of_any_length_are_found() -> None:
    meta = META.replace('"a"', f'"{"x" * 128}~{"y" * 128}"').replace("-t", "-" + "t" * 63)
    assert hit('{"title":"x","kind":"aggregation_result"}', meta).id == f"{'x' * 128}~{'y' * 128}"


def reply(*, timed_out: str = "false", failed: int = 0) -> str:
    found = '{"_id":"a","_seq_no":7,"_primary_term":2,"_source":{"kind":"incident"},"sort":[null,17]}'
    shards = f'{{"total":1,"successful":1,"skipped":0,"failed":{failed}}}'
    hits = f'{{"total":{{"value":9,"relation":"eq"}},"max_score":null,"hits":[{found}]}}'
    return f'{{"took":3,"timed_out":{timed_out},"_shards":{shards},"hits":{hits}}}'


def test_reply() -> None:
    read = hits.reply(reply())
    assert (read.took, read.total) == (3, 9)
    assert [(each.id, each.sort, bytes(each.source)) for each in read.hits] == [
        ("a", [None, 17], b'{"kind":"incident"}')
    ]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(reply(timed_out="true"), TimedOut, id="what was found in time"),
        pytest.param(reply(failed=1), Unavailable, id="what some shards found"),
        pytest.param(reply()[:-5], Unavailable, id="a reply that breaks off"),
        pytest.param("<html>", Unavailable, id="no reply at all"),
    ],
)
def test_what_is_not_whole_is_never_shown_as_all_there_is(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        hits.reply(text)


def test_a_document_that_breaks_off() -> None:
    with pytest.raises(Unavailable):
        hits.hit(f'{{{META},"_source":{{"title"')


ROW = '{"_index":"i","_id":"%s","_seq_no":1,"_primary_term":1,"_score":null,"_source":%s,"sort":%s}'
ROWS = '{"took":1,"timed_out":false,"_shards":{"failed":0},"hits":{"max_score":null,"hits":[%s]}}'


def rows(*found: tuple[str, str], tail: str = "") -> str:
    """A page of the engine's with these sources and places; `tail` stands last in each row."""
    return ROWS % ",".join((ROW % (number, *row)).removesuffix("}") + tail + "}" for number, row in enumerate(found))


PLAIN = ("{}", "[1]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(rows(PLAIN, ("{}", "[2]")), [2], id="the last row's"),
        pytest.param(
            rows(PLAIN, ("{}", r'[null,1.5,9007199254740993,"a\"],\"sort\":[]}]}}"]')),
            [None, 1.5, 9007199254740993, 'a"],"sort":[]}]}}'],
            id="every kind of value, and a text like the end of a reply",
        ),
        pytest.param(rows(PLAIN, (r'{"t":",\"sort\":[7]}]}}"}', "[2]")), [2], id="a text like a place is none"),
        pytest.param(rows(PLAIN, ('{"a":1,"sort":[7]}', "[2]")), [2], id="a field of that name is none"),
        pytest.param(rows(PLAIN, ('{"a\\"sort":[7]}', "[2]")), [2], id="a field of such a name is none"),
        pytest.param(rows(PLAIN), None, id="a page that is not full"),
        pytest.param(rows(), None, id="no row"),
        pytest.param(rows(PLAIN, PLAIN, tail=',"matched_queries":["a"]'), None, id="something after the place"),
        pytest.param(rows(PLAIN, PLAIN, tail=',"fields":{"x":[{"sort":[1]}]}'), None, id="an object after it"),
        pytest.param(
            rows(PLAIN, PLAIN).removesuffix("}") + ',"aggregations":{"a":{"buckets":[{"k":1,"sort":[1]}]}}}',
            None,
            id="counts after the rows",
        ),
        pytest.param(
            ROWS
            % ",".join(['{"_score":null,"_source":{}},{"_id":"1","_score":null,"_source":{"a":1,"sort":[1]}}'] * 2),
            None,
            id="rows without a place",
        ),
        pytest.param(rows(PLAIN, PLAIN).replace("null", "1.5"), None, id="rows in the order of a score"),
        pytest.param(rows(PLAIN, PLAIN)[:-1], None, id="a reply that is not whole"),
        pytest.param('{"error":{"type":"x"},"status":500}', None, id="an error"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_place_of_the_last_row_is_read_from_the_end_or_not_at_all(text: str, expected: list[object] | None) -> None:
    assert hits.last_place(text, 2) == expected
