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
