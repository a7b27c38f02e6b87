"""How it looks and reads: themes, widths, zones, links, and what takes the place of a result."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from gateway.dialects.settings import load
from tests.browser.conftest import Open
from tests.keyring import key
from tests.serving import serving

PAGES = {"the queue": "", "an incident": "?open=known", "the overview": "?page=overview"}
WIDTHS = (1280, 400)
THEMES = ("light", "dark")


def findings(page: Page) -> list[tuple[str, list[str]]]:
    """What axe says is wrong, with the elements."""
    result: dict[str, Any] = Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in result["violations"]]


@pytest.mark.parametrize("words", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
def test_20_both_themes_pass_an_accessibility_check_in_both_widths(
    open_page: Open, words: str, width: int, theme: Any
) -> None:
    page = open_page(words)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    expect(page.locator(".panel-box").first).to_be_visible() if "open" not in words else None
    expect(page.locator("#incident-title" if "open" in words else "[aria-busy=false]").first).to_be_visible()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_20_severity_is_never_a_colour_alone(page: Page) -> None:
    marks = page.locator("tbody .severity").all_inner_texts()
    assert set(marks) <= {"Critical", "High", "Medium", "Low", "Info"}
    assert page.locator("tbody .severity svg").count() == len(marks)


REFUSALS = {
    "failed": (500, "internal"), "forbidden": (403, "forbidden"), "expired": (410, "pit_expired"),
    "busy": (429, "too_many_requests"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "answer"), REFUSALS.items(), ids=REFUSALS)
def test_20_failed_forbidden_and_expired_look_different(open_page: Open, kind: str, answer: tuple[int, str]) -> None:
    status, name = answer
    error = {"error": {"type": name, "reason": "so it is", "where": None}, "status": status}

    def refused(route: Route) -> None:
        route.fulfill(status=status, json=error)

    page = open_page("?text=nothing+yet")
    expect(page.locator(".rows .notice")).to_have_attribute("data-kind", "empty")
    page.route("**/_im/incidents_full_types", refused)
    page.get_by_role("button", name="Load anew").click()
    expect(page.locator(".rows .notice")).to_have_attribute("data-kind", kind)
    expect(page.locator(".rows .notice")).to_contain_text("so it is")


@pytest.fixture(scope="module")
def guarded(opensearch_url: str) -> Iterator[str]:
    """The address of a gateway that asks for keys."""
    with serving(load(opensearch_url=opensearch_url, auth="keys")) as url:
        yield url
