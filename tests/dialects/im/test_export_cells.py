"""Cells of a CSV export: no text in one is taken for a formula, and numbers stay as they are."""

import csv
import io

import pytest

from tests.dialects.im.calls import IM, Client, created

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        pytest.param("=1+1", "'=1+1", id="a formula"),
        pytest.param("+1", "'+1", id="a plus"),
        pytest.param("-1+1", "'-1+1", id="a minus"),
        pytest.param("@x", "'@x", id="an at sign"),
        pytest.param("\n=1", "'\n=1", id="a line feed"),
        pytest.param("\uff1d1", "'\uff1d1", id="an equals sign in full width"),
        pytest.param("\uff0d1", "'\uff0d1", id="a minus in full width"),
        pytest.param(-1, "-1", id="a number below zero"),
        pytest.param(-1.5, "-1.5", id="a fraction below zero"),
        pytest.param("1-1", "1-1", id="a minus further on"),
        pytest.param("\u2212 1", "\u2212 1", id="a sign that is no formula's"),
        pytest.param("", "", id="an empty text"),
    ],
)
async def test_no_cell_is_a_formula(shared: Client, value: object, cell: str) -> None:
    name = "category" if isinstance(value, str) else "own"
    meta = await created(shared, **{name: value})
    sent = {"format": "csv", "fields": [name], "search_query": {"ids": {"values": [meta["_meta"]["id"]]}}}
    response = await shared.post(f"{IM}/incidents/export", json=sent)
    _, row = csv.reader(io.StringIO(response.text, newline=""))
    assert row[3:] == [cell]
