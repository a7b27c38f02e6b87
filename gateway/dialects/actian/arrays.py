"""A bare JSON array, sent row by row as it is read, in flat memory however long it is."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence

from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway import wire
from gateway.incidents.reading import Hit

Pages = AsyncGenerator[Sequence[Hit], None]
Row = Callable[[Hit], bytes]


async def array(pages: Pages, row: Row) -> Response:
    """The array of all that the pages hold. What fails before the first page is an answer of its own.

    What fails later leaves the array open and ends the connection, so that a part never looks like the whole.
    """
    first = await anext(pages, ())
    return _Array(_text(first, pages, row), pages)


class _Array(StreamingResponse):
    """An answer that closes its pages however it ends; a caller that leaves would have them wait to be collected."""

    def __init__(self, text: AsyncIterator[bytes], pages: Pages) -> None:
        super().__init__(text, media_type=wire.JSON)
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the text, which `HEAD` does not ask for."""
        if scope["method"] == "HEAD":
            self.body_iterator = iterate_in_threadpool((b"",))
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._pages.aclose()


async def _text(first: Sequence[Hit], others: Pages, row: Row) -> AsyncIterator[bytes]:
    yield b"[" + _rows(first, row)
    async for page in others:
        if page:
            yield b"," + _rows(page, row)
    yield b"]"


def _rows(page: Sequence[Hit], row: Row) -> bytes:
    return b",".join(map(row, page))
