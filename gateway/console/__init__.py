"""The console: a page for analysts, plain files that use the public API alone and load nothing from elsewhere."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.state import State

PATH = "/console"
"""Where a person looks first."""

_TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_LEADING = ("/", "/_im", "/_im/")


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    media_type: str
    etag: str


def routes() -> list[Route]:
    """`/console`, its files, and the addresses that lead there."""
    page_files = _preloading(dict(_read()))

    async def page(request: Request[State]) -> Response:
        return _shown(page_files["index.html"], request)

    async def file(request: Request[State]) -> Response:
        return _shown(_named(page_files, request.path_params["name"]), request)

    return [
        Route(PATH, page, name=f"gateway {PATH}"),
        Route(f"{PATH}/{{name}}", file, name=f"gateway {PATH}/{{name}}"),
        *(Route(path, _to_console, name=f"gateway {path}") for path in _LEADING),
    ]


def _read() -> Iterator[tuple[str, _File]]:
    for file in files(__package__).joinpath("page").iterdir():
        media_type = _TYPES.get(f".{file.name.rpartition('.')[2]}")
        if media_type is not None:
            yield file.name, _file(file.read_bytes(), media_type)


def _file(content: bytes, media_type: str) -> _File:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()[:18]).decode()
    return _File(content, media_type, f'"{digest}"')


def _preloading(page_files: dict[str, _File]) -> dict[str, _File]:
    """The files; the page names every module, so that a browser asks for all at once, not one import after another."""
    modules = sorted(name for name in page_files if name.endswith(".js"))
    links = "".join(f'<link rel="modulepreload" href="console/{name}">\n' for name in modules)
    page = page_files["index.html"]
    whole = page.content.replace(b"</head>", links.encode() + b"</head>")
    return page_files | {"index.html": _file(whole, page.media_type)}


def _named(page_files: Mapping[str, _File], name: str) -> _File:
    if name not in page_files:
        raise HTTPException(404)
    return page_files[name]


def _shown(file: _File, request: Request[State]) -> Response:
    """The file; 304 for a browser that holds it as it is."""
    headers = _HEADERS | {"ETag": file.etag}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.content, headers=headers, media_type=file.media_type)


async def _to_console(request: Request[State]) -> Response:
    return RedirectResponse(request.scope["root_path"] + PATH)
