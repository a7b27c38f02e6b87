"""The console as files: what leads there, under which path, and how often it is sent."""

import re
from importlib.resources import files

import httpx2
import pytest

from gateway import console
from tests.conftest import Serve

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/", "/_im", "/_im/"])
@pytest.mark.parametrize("root", ["", "/siem"], ids=["at the root", "under a path"])
async def test_the_root_and_the_dialect_lead_to_the_console(serve: Serve, path: str, root: str) -> None:
    async with serve(root_path=root) as client:
        answer = await client.get(root + path, follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, f"{root}/console")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


async def test_a_file_that_is_held_is_not_sent_again(client: httpx2.AsyncClient) -> None:
    first = await client.get("/console/main.js")
    again = await client.get("/console/main.js", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["none.js", "__init__.py", "..%2F__init__.py", ""])
async def test_nothing_else_is_a_file_of_it(client: httpx2.AsyncClient, name: str) -> None:
    assert (await client.get(f"/console/{name}")).status_code == 404


async def test_no_key_is_asked_for_by_the_page_itself(serve: Serve) -> None:
    async with serve(auth="keys", headers={}) as client:
        answers = [(await client.get(path)).status_code for path in ("/console", "/console/theme.css")]
    assert answers == [200, 200]


async def test_all_its_files_are_of_kinds_that_are_served(client: httpx2.AsyncClient) -> None:
    names = [each.name for each in files(console).joinpath("page").iterdir()]
    assert {(await client.get(f"/console/{each}")).status_code for each in names} == {200}


LONGEST_FILE = 250
MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")


@pytest.mark.parametrize("name", sorted(each.name for each in files(console).joinpath("page").iterdir()))
def test_a_file_is_short_and_makes_no_markup_of_data(name: str) -> None:
    text = files(console).joinpath("page", name).read_text(encoding="utf-8")
    assert (len(text.splitlines()) <= LONGEST_FILE, MARKUP.findall(text)) == (True, [])
