"""What a dialect takes and answers, as OpenAPI 3.1 drawn from its table of operations, and the pages that show it."""

from collections.abc import Mapping, Sequence
from functools import cache

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import wire
from gateway.dialects.dialect import Dialect
from gateway.serving import pages as console
from gateway.serving.openapi.document import document
from gateway.state import State

__all__ = ["document", "routes"]


def routes(dialects: Sequence[Dialect], root_path: str = "/") -> list[Route]:
    """`/openapi/<name>.json` of each dialect, `/docs/<name>` for people, and `/docs`, which lists them."""
    texts = {each.name: _text(each, root_path) for each in dialects}
    pages = {each.name: _page(each) for each in dialects}
    index = console.index({each.name: document(each) for each in dialects})

    async def openapi(request: Request[State]) -> Response:
        return wire.spliced(_named(texts, request))

    async def docs(request: Request[State]) -> Response:
        return console.shown(_named(pages, request))

    async def docs_index(_request: Request[State]) -> Response:
        return console.shown(index)

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
    return console.page(dialect.name, document(dialect))


def _named(result: Mapping[str, bytes], request: Request[State]) -> bytes:
    name: str = request.path_params["name"]
    if name not in result:
        raise HTTPException(404)
    return result[name]
