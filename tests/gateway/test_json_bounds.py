"""How many members JSON may have, and how deep it may go, before anything is made of it; and how many errors."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import pytest
from pydantic import BaseModel, ValidationError

from gateway import bounds
from gateway.dialects import DIALECTS
from gateway.dialects.dialect import JSON_ALONE
from gateway.dialects.im.requests_changes import Ids
from gateway.dialects.im.requests_results import NewResult, Result
from queries.errors import QueryError

MOST = 10
OPERATIONS = [each for dialect in DIALECTS for each in dialect.operations]
READ_FIELD_BY_FIELD = {NewResult, Result}
BODIES = {each.body for each in OPERATIONS if each.body and each.media_types == JSON_ALONE} - READ_FIELD_BY_FIELD | {
    Ids
}
"""The documents of a bulk are read one by one, but for the ids that it may be of."""
QUERIES = {each.query for each in OPERATIONS if each.query} - BODIES
MODELS = sorted(BODIES | QUERIES, key=lambda model: f"{model.__module__}.{model.__name__}")
ERRORS = 100
TEXTS: dict[str, Any] = {"values": ["1"] * 20_000, "commas": ["," * 20_000], "words": ["x,1," * 8000]}
HOSTILE: dict[str, Any] = {
    "lists": [[]] * 20_000,
    "objects": [{}] * 20_000,
    "numbers": [1.5] * 20_000,
    "a text": "," * 20_000,
    "lists in lists": [[[]] * 20_000],
    "lists in objects": [dict.fromkeys(("alerts", "tags", "value", "maintenance_plans"), [{}] * 5000)] * 4,
    "names": {f"name{number}": [] for number in range(20_000)},
    "long names": {f"{number}{'n' * 1000}": {} for number in range(2000)},
}


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


def lists(schema: Any) -> Iterator[Mapping[str, Any]]:
    """All that is a list in a model's schema, at any depth."""
    parts = schema.values() if isinstance(schema, Mapping) else schema if isinstance(schema, list) else ()
    if isinstance(schema, Mapping) and schema.get("type") == "list":
        yield schema
    for part in parts:
        yield from lists(part)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model.__module__.split('.')[2]} {model.__name__}")
def test_a_list_ends_at_its_bound_or_its_first_error(model: type[BaseModel]) -> None:
    unbounded = [each for each in lists(model.__pydantic_core_schema__) if not each.get("max_length")]
    to_the_end = [each for each in lists(model.__pydantic_core_schema__) if not each.get("fail_fast")]
    assert (unbounded, to_the_end) == ([], [])


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE)
def test_what_is_wrong_ten_thousand_times_is_few_errors(sent: Any) -> None:
    for model in BODIES:
        for name, field in model.model_fields.items():
            assert errors(model, {field.alias or name: sent}) < ERRORS, (model, name)
        assert errors(model, sent) < ERRORS, model


@pytest.mark.parametrize("sent", TEXTS.values(), ids=TEXTS)
def test_a_query_makes_few_errors_too(sent: list[str]) -> None:
    for model in QUERIES:
        for name, field in model.model_fields.items():
            assert errors(model, {field.alias or name: sent}) < ERRORS, (model, name)


def errors(model: type[BaseModel], sent: Any) -> int:
    """How many errors the model makes of it."""
    try:
        model.model_validate(sent)
    except ValidationError as error:
        return error.error_count()
    return 0


@pytest.mark.parametrize("raw", [b"\xff", b'{"a": "\xff"}', b'{"a": "\xed\xa0\x80"}'])
def test_what_is_no_text_is_told_in_no_words_of_python(raw: bytes) -> None:
    with pytest.raises(QueryError, match=r"^the body is not JSON: it is not UTF-8$"):
        bounds.read(raw, 10, "the body")
