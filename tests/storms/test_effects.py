"""The audit sees what is wrong: each row is one incident with one fault."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.storms.effects import broken_links, effects, is_miscounted, older
from tests.storms.holdings import Incident
from tests.storms.ledger import Ledger, Subject, Write
from tests.storms.wire import Request

Json = dict[str, Any]


def incident(mark: str | None, *accounts: tuple[str | None, str], notes: int = 0) -> Incident:
    """One whose history tells of changes of its mark, and that says to have so many notes."""
    document = {"_meta": {"id": "i"}, "title": "w1-0", "mark": mark, "note_count": notes, "alert_count": 0}
    activities: list[Json] = [
        {"type": "updated", "changes": [{"field": "mark", "from": before, "to": after}], "params": {}}
        for before, after in accounts
    ]
    return Incident(document, activities)


@pytest.mark.parametrize(
    ("found", "broken"),
    [
        pytest.param(incident("w1-2", (None, "w1-1"), ("w1-1", "w1-2")), [], id="each change has its account"),
        pytest.param(incident("w1-2", ("w1-1", "w1-2"), (None, "w1-1")), [], id="in whichever order"),
        pytest.param(incident("w1-2", (None, "w1-1")), ["mark"], id="the last change has none"),
        pytest.param(incident("w1-2", ("w1-1", "w1-2")), ["mark"], id="the first change has none"),
        pytest.param(incident("w1-1", (None, "w1-1"), ("w1-1", "w1-2")), ["mark"], id="of what never happened"),
        pytest.param(incident("w1-1", (None, "w1-1"), (None, "w1-1")), ["mark"], id="told twice"),
    ],
)
def test_history_leads_to_what_is_there(found: Incident, broken: Sequence[str]) -> None:
    assert broken_links(found) == broken


def test_a_number_of_notes_that_there_are_not_is_seen() -> None:
    assert (is_miscounted(incident(None)), is_miscounted(incident(None, notes=1))) == (False, True)


def change(text: str, *, done: bool = False, refusals: int = 0, unsure: int = 0) -> Write:
    return Write(
        "change", Subject("w1-0"), text, Request("PUT", "/"), "mark", done=done, refusals=refusals, unsure=unsure
    )


@pytest.mark.parametrize(
    ("value", "writes", "count"),
    [
        pytest.param("w1-2", [change("w1-1", done=True), change("w1-2", done=True)], 0, id="the last one"),
        pytest.param("w1-1", [change("w1-1", done=True), change("w1-2", done=True)], 1, id="the one before"),
        pytest.param(None, [change("w1-1", done=True)], 1, id="none at all"),
        pytest.param("w1-1", [change("w1-1", done=True), change("w1-2", unsure=1)], 0, id="nobody knows of the last"),
        pytest.param("w1-2", [change("w1-1", done=True), change("w1-2", refusals=1)], 0, id="what was refused"),
    ],
)
def test_an_older_value_is_seen(value: str | None, writes: list[Write], count: int) -> None:
    assert older([incident(value)], writes) == count


@pytest.mark.parametrize(
    ("write", "bounds"),
    [
        pytest.param(change("w1-1", done=True, unsure=3), (1, 1), id="repeats harmlessly"),
        pytest.param(change("w1-1", refusals=2), (0, 0), id="only refused"),
        pytest.param(change("w1-1", unsure=1), (0, 1), id="nobody knows"),
        pytest.param(Write("note", Subject("t"), "w1-1", Request("POST", "/"), repeats=False, done=True, unsure=2),
                     (1, 3), id="a note without a key"),
        pytest.param(Write("note", Subject("t"), "w1-1", Request("POST", "/"), repeats=False, done=True, unsure=2,
                           key="k"), (1, 1), id="a note with a key"),
    ],
)  # fmt: skip
def test_how_often_a_write_may_be_there(write: Write, bounds: tuple[int, int]) -> None:
    assert (write.least, write.most) == bounds


def test_effects_are_counted_by_text() -> None:
    found = effects([incident("w1-2", (None, "w1-1"), ("w1-1", "w1-2"))])
    assert (found.made["w1-0"], found.accounts["w1-1"], found.accounts["w1-2"]) == (1, 1, 1)


def test_no_two_writes_share_a_text() -> None:
    ledger = Ledger(7)
    texts = []
    for _ in range(3):
        texts.append(ledger.text())
        ledger.writes.append(Write("create", Subject(texts[-1]), texts[-1], Request("POST", "/")))
    assert texts == ["w7-0", "w7-1", "w7-2"]
