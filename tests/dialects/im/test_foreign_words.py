"""Words of the engine's own update requests: refused where they would be stored, taken where they do nothing."""

import json
from typing import Any

import pytest

from tests.dialects.im.calls import IM, Client, answer, created, fields_of, refusal
from tests.dialects.im.test_bulk_body import A, read

pytestmark = pytest.mark.anyio

WORDS: dict[str, Any] = {
    "doc": {"title": "a"},
    "script": {"source": "ctx.op = 'none'"},
    "upsert": {"title": "a"},
    "doc_as_upsert": True,
    "scripted_upsert": False,
    "detect_noop": True,
    "if_seq_no": 1,
    "if_primary_term": 1,
    "retry_on_conflict": 3,
}


def _update(source: dict[str, Any], **meta: Any) -> bytes:
    return f"{json.dumps({'update': {'_id': 'x', **meta}})}\n{json.dumps(source)}\n".encode()


@pytest.mark.parametrize("word", [word for word in WORDS if word != "doc"])
@pytest.mark.parametrize("beside", [{}, {"title": "a"}, {"doc": {"title": "a"}}], ids=["alone", "by fields", "by doc"])
async def test_in_a_bulk(word: str, beside: dict[str, Any]) -> None:
    expected = [(1, "x", None, ("bad_request", f"line 1.{word}"))]
    assert await read(_update({word: WORDS[word], **beside}), 1000) == expected


@pytest.mark.parametrize("word", WORDS)
async def test_in_a_bulk_without_actions(word: str) -> None:
    line = json.dumps({"_meta": {"id": "x"}, word: WORDS[word]}).encode()
    assert [each[3] for each in await read(line, 1000)] == [("bad_request", f"line 1.{word}")]


@pytest.mark.parametrize("doc", [None, "title", 5, True, [], [{"title": "a"}]], ids=str)
async def test_a_doc_that_is_no_object(doc: Any) -> None:
    assert await read(_update({"doc": doc}), 1000) == [(1, "x", None, ("bad_request", "line 1.doc"))]
    assert await read(_update({"doc": doc, "title": "a"}), 1000) == [(1, "x", None, ("bad_request", "line 1.doc"))]


@pytest.mark.parametrize(
    ("meta", "where"),
    [
        pytest.param({"_index": "im-incidents"}, None, id="an index"),
        pytest.param({"retry_on_conflict": 3}, None, id="tries"),
        pytest.param({"_index": "a", "retry_on_conflict": 0}, None, id="both"),
        pytest.param({"_index": 5}, "_index", id="an index that is no text"),
        pytest.param({"retry_on_conflict": "many"}, "retry_on_conflict", id="tries that are no number"),
        pytest.param({"routing": "a"}, "routing", id="a routing"),
        pytest.param({"if_seq_no": 1}, "if_seq_no", id="a version of the engine's"),
        pytest.param({"require_alias": True}, "require_alias", id="an alias"),
    ],
)
async def test_what_an_action_says(meta: dict[str, Any], where: str | None) -> None:
    [row] = await read(_update({"title": "a"}, **meta), 1000)
    assert row == (1, "x", None, A if where is None else ("bad_request", f"line 1.update.{where}"))


@pytest.mark.parametrize("word", WORDS)
async def test_in_a_request_of_one(client: Client, word: str) -> None:
    before = await created(client)
    path = f"{IM}/incidents/{before['_meta']['id']}"
    body = {"title": "t", word: WORDS[word]}
    for method, target in (("PUT", path), ("POST", f"{IM}/incidents"), ("POST", f"{IM}/incidents/new")):
        assert refusal(await client.request(method, target, json=body)) == (400, "bad_request", word)
    assert fields_of(answer(await client.get(path))) == fields_of(before)
    assert (await client.get(f"{IM}/incidents/new")).status_code == 404
