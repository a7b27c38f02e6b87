"""What the engine says of a query that it does not take, told in our words: its own speak of Java and its indices."""

import logging
from typing import Any

import orjson
import pytest

from gateway.problems import problem
from gateway.store.errors import of_item, of_reply

NO_NUMBER = "a field that holds numbers is compared with what is none"
NOT_TAKEN = "the engine cannot search so: a value, or a pattern, is none that its field takes"
INDEX = "im-incidents-acme.000001"


def failed(kind: str, words: str) -> dict[str, Any]:
    """The error of a search that no shard took, for that cause."""
    shard = {"type": "query_shard_exception", "reason": f"failed to create query: {words}", "index": INDEX}
    cause = shard | {"caused_by": {"type": kind, "reason": words}}
    return {"root_cause": [shard], "type": "search_phase_execution_exception", "caused_by": cause}


REPLIES = {
    "a text for a number": (failed("number_format_exception", 'For input string: "x"'), NO_NUMBER),
    "a number that is too large": (failed("illegal_argument_exception", "out of range for a long"), NOT_TAKEN),
    "a pattern": (failed("illegal_argument_exception", "unexpected end-of-string"), NOT_TAKEN),
    "an error without a cause": ({"root_cause": [], "type": "parsing_exception", "reason": "Unknown key"}, NOT_TAKEN),
    "no more than a text": ("all shards failed", NOT_TAKEN),
    "nothing": (None, NOT_TAKEN),
}


@pytest.mark.parametrize(("error", "reason"), REPLIES.values(), ids=REPLIES)
def test_a_search_that_the_engine_does_not_take(error: Any, reason: str) -> None:
    told = problem(of_reply(400, orjson.dumps({"error": error, "status": 400}).decode()))
    assert (told.status, told.kind, told.reason, told.where) == (400, "refused", reason, None)


def test_its_own_words_are_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "gateway.store"):
        of_reply(400, orjson.dumps({"error": failed("x", "unexpected end-of-string")}).decode())
        of_item(400, {"reason": "failed to parse field [a]" + "x" * 300}, "")
    assert [each.getMessage() for each in caplog.records if each.levelno == logging.INFO] == [
        "the engine refused this: failed to create query: unexpected end-of-string",
        f"the engine refused an item: failed to parse field [a]{'x' * 175}",
    ]


@pytest.mark.parametrize("error", [{"reason": f"failed to parse field [a] in index {INDEX}"}, {}, None])
def test_an_item_that_the_engine_does_not_take(error: Any) -> None:
    told = problem(of_item(400, error, " key of an alert"))
    reason = "the engine refused this key of an alert: a value is not of its field's kind"
    assert (told.status, told.kind, told.reason) == (400, "wrong_type", reason)
