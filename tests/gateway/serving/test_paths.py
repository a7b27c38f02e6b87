"""The path that routes are matched on is the one that was sent: an encoded slash is none, and nothing is guessed."""

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.dialects import DIALECTS
from gateway.serving.paths import Exact, Paths, matched
from queries.errors import QueryError

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/a/b", "/a/b"),
        (b"/a%2fb", "/a%2fb"),
        (b"/a%2Fb", "/a%2Fb"),
        (b"/a%252fb", "/a%252fb"),
        (b"/a%25252Fb", "/a%25252Fb"),
        (b"/%61%2D%5f", "/a-_"),
        (b"/a%20b%3F%23", "/a b?#"),
        (b"/%c3%a9%2f", "/é%2f"),
        (b"/%2e%2e/a", "/../a"),
        (b"//a", "//a"),
        (b"/a%5cb", "/a\\b"),
        (b"/a%00", "/a\0"),
    ],
)
def test_all_is_decoded_but_what_would_be_a_slash(raw: bytes, path: str) -> None:
    assert matched(raw) == path


@pytest.mark.parametrize(
    "raw", [b"/%", b"/%2", b"/%zz", b"/a%%41", b"/%u0041", b"/%ff", b"/%c3", b"/%ed%a0%80", b"/%c0%af"]
)
def test_what_cannot_be_decoded_is_refused(raw: bytes) -> None:
    with pytest.raises(QueryError):
        matched(raw)


async def told(request: Request) -> Response:
    """What was matched."""
    scope = request.scope
    return JSONResponse([scope["path"], scope["root_path"], request.path_params["id"]])


async def missing(request: Request, error: Exception) -> Response:
    """No route."""
    return JSONResponse([request.scope["path"]], 404)


def app(root_path: str) -> Starlette:
    """An application with one route."""
    return Starlette(
        routes=[Route("/x/{id}", told)],
        middleware=[Middleware(Paths, root_path=root_path)],
        exception_handlers={HTTPException: missing},
    )


@pytest.mark.parametrize(
    ("root_path", "sent", "answer"),
    [
        pytest.param("", "/x/1", (200, ["/x/1", "", "1"]), id="no root"),
        pytest.param("", "/x/a%2Fb", (200, ["/x/a%2Fb", "", "a%2Fb"]), id="a slash in an id"),
        pytest.param("", "/x%2F1", (404, ["/x%2F1"]), id="a slash that is none"),
        pytest.param("/siem", "/siem/x/1", (200, ["/siem/x/1", "/siem", "1"]), id="a root that was passed on"),
        pytest.param("/siem", "/x/1", (200, ["/siem/x/1", "/siem", "1"]), id="a root that was taken away"),
        pytest.param("/siem", "/siem/siem/x/1", (404, ["/siem/siem/x/1"]), id="a root twice"),
        pytest.param("/siem", "/siemx/1", (404, ["/siem/siemx/1"]), id="a root that is only alike"),
        pytest.param("/a/b", "/a/b/x/1", (200, ["/a/b/x/1", "/a/b", "1"]), id="a root of two segments"),
    ],
)
async def test_a_root_is_passed_on_or_taken_away(root_path: str, sent: str, answer: tuple[int, list[str]]) -> None:
    transport = httpx2.ASGITransport(app=app(root_path))
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        found = await client.get(sent)
    assert (found.status_code, found.json()) == answer


async def test_a_path_that_cannot_be_read_is_refused_in_its_dialects_shape() -> None:
    transport = httpx2.ASGITransport(app=app(""))
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        native, bigpanda = [await client.get(f"{each}/%ff") for each in ("/_im", "/resources/v2.0")]
    assert (native.status_code, native.json()["error"]["reason"]) == (400, "the path is not UTF-8")
    assert (bigpanda.status_code, bigpanda.json()) == (400, {"status": 400, "errors": ["the path is not UTF-8"]})


@pytest.mark.parametrize(
    ("query", "status"),
    [("a=%c3%a9", 200), ("a=50%&b=%zz", 200), ("a=%ff", 400), ("a=%c3&b=%a9", 400), ("%ed%a0%80", 400)],
)
async def test_a_query_that_is_not_utf_8_is_refused(query: str, status: int) -> None:
    transport = httpx2.ASGITransport(app=app(""))
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        assert (await client.get(httpx2.URL("http://gateway/x/1", query=query.encode()))).status_code == status


def at(path: str) -> Route:
    """A route that no request is sent to."""
    return Route(path, told)


@pytest.mark.parametrize(
    ("path", "paths", "taken"),
    [
        pytest.param("/x", ["/x", "/{id}"], ("/x", {}), id="a whole path"),
        pytest.param("/y", ["/x", "/{id}"], ("/{id}", {"id": "y"}), id="a last part"),
        pytest.param("/x", ["/{id}", "/x"], ("/{id}", {"id": "x"}), id="a whole path behind one of any last part"),
        pytest.param("/x/a%2Fb", ["/x/{id}"], ("/x/{id}", {"id": "a%2Fb"}), id="an encoded slash"),
        pytest.param("/x/", ["/x/{id}"], None, id="nothing"),
        pytest.param("/x/1/2", ["/x/{id}"], None, id="two parts"),
        pytest.param("/x/1/y", ["/x/{id}/y"], None, id="a part that is not the last: for the router"),
        pytest.param("/x/1/y", ["/x/{id}/{name}"], None, id="two parameters: for the router"),
    ],
)
def test_which_route_takes_a_path_at_once(
    path: str, paths: list[str], taken: tuple[str, dict[str, str]] | None
) -> None:
    route, params = Exact(Starlette(), [at(each) for each in paths]).first(path)
    assert (route and (route.path, params)) == taken


def test_no_path_is_taken_to_another_route_than_the_routers() -> None:
    routes = [route for dialect in DIALECTS for route in dialect.routes()]
    exact = Exact(Starlette(), routes)
    words = {route.path.rpartition("/")[2] for route in routes} | {"w"}
    for before in {route.path.rpartition("/")[0] for route in routes}:
        for path in (f"{before}/{word}" for word in words):
            route, _ = exact.first(path)
            assert route is None or route is next(each for each in routes if each.path_regex.match(path)), path
