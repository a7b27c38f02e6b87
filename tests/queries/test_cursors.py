"""Cursors come back as they went out, to the search they were made for and to no other."""

import base64
from typing import Any

import pytest

from queries.cursors import Cursor, fingerprint, read, token
from queries.errors import QueryError

SECRETS, SEARCH = (b"a secret of some length",), fingerprint("acme", {"size": 1})


@pytest.mark.parametrize(
    "after",
    [
        pytest.param([1763784900000, 17], id="numbers"),
        pytest.param([9223372036854775807, -9223372036854775808], id="numbers that no float could hold"),
        pytest.param([None, "ä\u2028\ud7ff", True, 0.1], id="nothing, any text, a boolean, a fraction"),
        pytest.param([], id="no values"),
    ],
)
def test_round_trip(after: list[Any]) -> None:
    cursor = Cursor(after, 1763784900123)
    assert read(token(cursor, SEARCH, SECRETS), SEARCH, SECRETS) == cursor


def test_a_token_is_opaque_and_fit_for_a_url() -> None:
    text = token(Cursor([1, "?"], 5), SEARCH, SECRETS)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def _flipped(text: str, position: int) -> str:
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[position] ^= 1
    return base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")


GOOD = token(Cursor([1, 2], 3), SEARCH, SECRETS)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_flipped(GOOD, 0), id="a changed signature"),
        pytest.param(_flipped(GOOD, -2), id="a changed value"),
        pytest.param(GOOD[:-4], id="a cut one"),
        pytest.param(GOOD + "AAAA", id="a longer one"),
        pytest.param(token(Cursor([1, 2], 3), fingerprint("acme", {"size": 2}), SECRETS), id="one of another search"),
        pytest.param(token(Cursor([1, 2], 3), SEARCH, [b"another secret of ours"]), id="one of another gateway"),
        pytest.param("", id="nothing"),
        pytest.param("A", id="no base64"),
        pytest.param("not a cursor!", id="some other text"),
        pytest.param("ä€", id="text that is not ASCII"),
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(QueryError) as error:
        read(text, SEARCH, SECRETS)
    assert (error.value.kind, error.value.where) == ("bad_cursor", "after")


def test_a_fingerprint_is_of_what_is_said_not_of_how() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
