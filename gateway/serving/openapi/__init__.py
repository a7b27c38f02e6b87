"""What a dialect takes and answers, as OpenAPI 3.1 drawn from its table of operations, and the pages that show it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import wire
from gateway.dialects.dialect import Dialect
from gateway.serving.openapi.document import document
from gateway.state import State

__all__ = ["document", "routes"]


def routes(dialects: Sequence[Dialect], root_path: str = "/") -> list[Route]:
    """`/openapi/<name>.json` of each dialect, `/docs/<name>` for people, and `/docs`, which lists them.

    Each is drawn when it is first asked for, as most processes are never asked.
    """
    by_name = {each.name: each for each in dialects}
    drawing = asyncio.Lock()

    async def drawn(draw: Callable[..., bytes], *what: Any) -> bytes:
        # Many may be the first to ask.
        async with drawing:
            return await run_in_threadpool(draw, *what)

    async def openapi(request: Request[State]) -> Response:
        return wire.spliced(await drawn(_text, _named(by_name, request), root_path))

    async def docs(request: Request[State]) -> Response:
        return _shown(await drawn(_page, _named(by_name, request)))

    async def docs_index(_request: Request[State]) -> Response:
        return _shown(await drawn(_index, tuple(dialects)))

    return [
        Route("/openapi/{name}.json", openapi, name="gateway /openapi/{name}.json"),
        Route("/docs", docs_index, name="gateway /docs"),
        Route("/docs/{name}", docs, name="gateway /docs/{name}"),
    ]


@cache
def _text(dialect: Dialect, root_path: str) -> bytes:
    return orjson.dumps(document(dialect, root_path))


@cache
def _page(dialect: Dialect) -> bytes:
    from gateway.serving import pages  # noqa: PLC0415 (its templates take memory that a process seldom needs)

    return pages.page(dialect.name, document(dialect))


@cache
def _index(dialects: tuple[Dialect, ...]) -> bytes:
    from gateway.serving import pages  # noqa: PLC0415

    return pages.index({each.name: document(each) for each in dialects})


def _shown(page: bytes) -> Response:
    from gateway.serving import pages  # noqa: PLC0415

    return pages.shown(page)


def _named(known: Mapping[str, Dialect], request: Request[State]) -> Dialect:
    name: str = request.path_params["name"]
    if name not in known:
        raise HTTPException(404)
    return known[name]
