"""The pages show what the OpenAPI documents say, to eyes, ears and keyboards, and load nothing."""

import base64
import hashlib
import shlex
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.responses import Response

from gateway.dialects import DIALECTS
from gateway.serving import openapi
from gateway.serving import pages as console
from gateway.serving.pages.curls import curl
from tests.gateway.shop import SHOP

DOCUMENTS: dict[str, dict[str, Any]] = {each.name: openapi.document(each) for each in (*DIALECTS, SHOP)}
PATHS: dict[str, dict[str, Any]] = DOCUMENTS["shop"]["paths"]


class Page(HTMLParser):
    """A page as it is read: its elements, its text, and whatever is not closed as it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.style = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            self.style += data
        elif data.strip():
            self.texts.append(" ".join(data.split()))

    def values(self, name: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(name)) is not None]


@pytest.fixture(scope="module", params=["index", *DOCUMENTS])
def answer(request: pytest.FixtureRequest) -> Response:
    name = request.param
    return console.shown(console.index(DOCUMENTS) if name == "index" else console.page(name, DOCUMENTS[name]))


def test_a_page_is_whole_and_its_links_lead_somewhere(answer: Response) -> None:
    page = Page(bytes(answer.body).decode())
    ids, links = page.values("id"), page.values("href")
    assert (page.open, len(set(ids))) == ([], len(ids))
    names = [*(f"docs/{each}" for each in DOCUMENTS), *(f"openapi/{each}.json" for each in DOCUMENTS)]
    places = {"../docs", *names, *(f"../{each}" for each in names)}
    assert {each for each in links if each.removeprefix("#") not in ids} <= places


def test_a_page_runs_nothing_and_loads_nothing(answer: Response) -> None:
    page = Page(bytes(answer.body).decode())
    assert {tag for tag, _ in page.elements} & {"script", "link", "img", "iframe", "form", "object"} == set()
    assert not [
        each for _, attributes in page.elements for each in attributes if each.startswith("on") or each == "style"
    ]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"].split("; ")
    assert policy[:2] == ["default-src 'none'", f"style-src 'sha256-{digest}'"]
    assert "url(" not in page.style
    assert "@import" not in page.style


def test_a_page_can_be_read_by_ear_and_keyboard(answer: Response) -> None:
    page = Page(bytes(answer.body).decode())
    assert ("html", {"lang": "en"}) in page.elements
    assert [tag for tag, _ in page.elements].count("h1") == 1
    assert next(attributes for tag, attributes in page.elements if tag == "a") == {"class": "skip", "href": "#content"}
    assert all(attributes.get("scope") in {"row", "col"} for tag, attributes in page.elements if tag == "th")


def test_a_page_shows_each_operation_with_its_fields_and_a_command() -> None:
    page = Page(console.page("shop", DOCUMENTS["shop"]).decode())
    assert page.values("id") == [
        "content",
        *(operation["operationId"] for methods in PATHS.values() for operation in methods.values()),
        "errors",
        *(f"error-{status}" for status in DOCUMENTS["shop"]["components"]["responses"]),
    ]
    start = page.texts.index("In the body, application/json")
    end = page.texts.index("200 OK", start)
    assert page.texts[start : end - 1] == [
        *("In the body, application/json", "Name", "Value", "Notes"),
        *("colour", '"red" | "blue"', 'default "red"'),
        *("weight", "number or null", "at least 0"),
        *("parts", "list of object or null"),
        *("parts[].name", "required", "string", "in", "code", ", or <b>bold</b>; length at most 9"),
        *("parts[].parts", "list of object"),
        *("note", "required", "string"),
        'curl -X PUT "$URL/shop/things/${ID}" \\ -H "Authorization: Bearer $KEY" \\'
        ' -H "Content-Type: application/json" \\ --data-binary \'{"note":"it\'"\'"\'s"}\'',
    ]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param("GET /shop/things", ["$URL/shop/things?refresh=${REFRESH}"], id="a query that is needed"),
        pytest.param(
            "PUT /shop/things/{id}",
            [
                *("-X", "PUT", "$URL/shop/things/${ID}"),
                "Content-Type: application/json",
                *("--data-binary", '{"note":"it\'s"}'),
            ],
            id="an example with a quote in it",
        ),
        pytest.param(
            "DELETE /shop/things/{id}",
            ["-X", "DELETE", "$URL/shop/things/${ID}", "User-ID: ${USER_ID}"],
            id="no body, and a header that is needed",
        ),
        pytest.param(
            "POST /shop/things/many",
            [
                *("-X", "POST", "$URL/shop/things/many"),
                "Content-Type: application/x-ndjson",
                *("--data-binary", "@body.json"),
            ],
            id="a body that only the caller knows",
        ),
    ],
)
def test_a_command_is_one_for_a_shell(asked: str, words: list[str]) -> None:
    method, path = asked.split()
    command = curl(method, path, PATHS[path][method.lower()]).replace("\\\n", "")
    first, *rest = [each for each in shlex.split(command) if each not in {"-H", "Authorization: Bearer $KEY"}]
    assert (first, rest) == ("curl", words)
