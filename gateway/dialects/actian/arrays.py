"""A bare JSON array, sent row by row as it is read, in flat memory however long it is."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any

from starlette.responses import Response, StreamingResponse

from gateway import wire
from gateway.incidents import hits
from gateway.incidents.documents import Document
from gateway.incidents.hits import Hit

Pages = AsyncGenerator[Sequence[Hit], None]
Row = Callable[[Document], dict[str, Any]]


async def array(pages: Pages, row: Row) -> Response:
    """The array of all that the pages hold. What fails before the first page is an answer of its own.

    What fails later leaves the array open and ends the connection, so that a part never looks like the whole.
    """
    first = await anext(pages, ())
    return StreamingResponse(_text(first, pages, row), media_type=wire.JSON)


async def _text(first: Sequence[Hit], others: Pages, row: Row) -> AsyncIterator[bytes]:
    async with aclosing(others):
        yield b"[" + _rows(first, row)
        async for page in others:
            if page:
                yield b"," + _rows(page, row)
    yield b"]"


def _rows(page: Sequence[Hit], row: Row) -> bytes:
    return b",".join(wire.dumps(row(hits.document(each))) for each in page)
