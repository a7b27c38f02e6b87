"""How many members JSON may have, and how deep it may go, before anything is made of it."""

import orjson
import pytest

from gateway import bounds
from queries.errors import QueryError

MOST = 10


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b'{"a": 1}', id="one member"),
        pytest.param(b"[" + b",".join([b"1"] * 10) + b"]", id="as many as there may be"),
        pytest.param(b'{"a": "' + b"," * 1000 + b'"}', id="commas within a text are none"),
        pytest.param(rb'{"a": "' + b"[{" * 1000 + rb"\"" + b"," * 1000 + b'"}', id="nor what follows an escaped quote"),
        pytest.param(b'{"a": "' + b"," * 1000 + b'\\\\"}', id="a text may end in a backslash"),
        pytest.param(b'{"' + b"," * 1000 + b'": 1}', id="nor those of a name"),
        pytest.param(b'{"a": "' + rb"\"" * 1000 + b'"}', id="escaped quotes begin no texts"),
        pytest.param(b"null", id="no array, no object"),
    ],
)
def test_what_is_within_the_bound(text: bytes) -> None:
    bounds.check(text, MOST)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"[" + b",".join([b"1"] * 11) + b"]", id="numbers"),
        pytest.param(b"[" + b",".join([b"{}"] * 11) + b"]", id="empty objects"),
        pytest.param(b"[" + b",".join([b'"a,b"'] * 12) + b"]", id="texts"),
        pytest.param(b"[" * 11 + b"]" * 11, id="arrays in arrays"),
        pytest.param(b"{" + b",".join(b'"%d":1' % number for number in range(12)) + b"}", id="names"),
        pytest.param(b'"' * 1000 + b"," * 20, id="quotes that are no JSON"),
    ],
)
def test_what_is_beyond_it(text: bytes) -> None:
    with pytest.raises(QueryError) as error:
        bounds.check(text, MOST, "line 2")
    assert (error.value.kind, error.value.where) == ("too_many_members", "line 2")


@pytest.mark.parametrize("around", [(b"[", b"]"), (b'{"a":', b"}")], ids=["arrays", "objects"])
def test_how_deep_it_may_go(around: tuple[bytes, bytes]) -> None:
    begin, end = around
    bounds.check_depth(orjson.loads(begin * 100 + b"1" + end * 100))
    with pytest.raises(QueryError, match="nested deeper than 100"):
        bounds.check_depth(orjson.loads(begin * 101 + b"1" + end * 101))


@pytest.mark.parametrize("raw", [b"\xff", b'{"a": "\xff"}', b'{"a": "\xed\xa0\x80"}'])
def test_what_is_no_text_is_told_in_no_words_of_python(raw: bytes) -> None:
    with pytest.raises(QueryError, match=r"^the body is not JSON: it is not UTF-8$"):
        bounds.read(raw, 10, "the body")
