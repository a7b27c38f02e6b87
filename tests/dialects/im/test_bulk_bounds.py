"""What a bulk body may cost: what goes on being no change is not read on, and no line is joined twice."""

import pytest

from gateway.dialects.im.bulk_body import items
from tests.dialects.im.test_bulk_body import pieces, read

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("body", "count", "reason"),
    [
        pytest.param(b"x\n" * 1000, 101, "100 lines in a row are no JSON", id="lines that are no JSON"),
        pytest.param(b"{}\n" * 5000, 1001, "1,000 items are none, and have few bytes", id="short ones that are"),
        pytest.param(
            b"[" + b",".join([b"{}"] * 5000) + b"]", 1001, "1,000 items are none, and have few bytes", id="an array"
        ),
        pytest.param(b"x\nx\n{}\n" * 1000, 1001, "1,000 items are none, and have few bytes", id="lines of either kind"),
    ],
)
async def test_what_goes_on_being_none_is_not_read_on(body: bytes, count: int, reason: str) -> None:
    found = [each async for each in items(pieces(body, 1000), "update")]
    assert len(found) == count
    last = found[-1].error
    assert last is not None
    assert (last.kind, last.reason) == ("not_read", f"{reason}: what follows is not read")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param((b"x\n" * 99 + b'{"_meta":{"id":"x"},"title":"a"}\n') * 5, id="a good line among a hundred"),
        pytest.param(b'{"title":"%b"}\n' % (b"a" * 60) * 3000, id="many that are none, but not short"),
    ],
)
async def test_what_has_something_in_it_is_read_to_its_end(body: bytes) -> None:
    found = [each async for each in items(pieces(body, 1000), "update")]
    assert len(found) == body.count(b"\n")


async def test_a_line_that_comes_byte_by_byte_is_joined_once() -> None:
    line = b'{"_meta":{"id":"x"},"title":"' + b"a" * 200_000 + b'"}\n'
    assert await read(line * 2, 1) == [(number, "x", None, {"title": "a" * 200_000}) for number in (1, 2)]
