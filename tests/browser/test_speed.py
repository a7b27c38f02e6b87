"""Work and memory of the page: counted where that can be, and never against a clock alone."""

import re
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, Route, expect

from tests.browser.conftest import Open

PAGES = 10
OPENED = 8
WATCH = """window.shifts = [];
new PerformanceObserver(list => shifts.push(...list.getEntries()
    .map(each => [each.value, ...each.sources.map(source => source.node?.className ?? "?")])))
    .observe({ type: "layout-shift", buffered: true });"""


class Meter:
    """What a page holds once its garbage is collected."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("Performance.enable")

    def read(self) -> dict[str, float]:
        for _ in range(2):
            self.session.send("HeapProfiler.collectGarbage")
        metrics: list[dict[str, Any]] = self.session.send("Performance.getMetrics")["metrics"]
        return {each["name"]: each["value"] for each in metrics}


def turn(page: Page, name: str) -> None:
    """Another page of the list."""
    with page.expect_response("**/_im/incidents_full_types"):
        page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".rows")).to_have_attribute("aria-busy", "false")


def step(page: Page, name: str) -> None:
    """Another incident in the pane."""
    before = page.locator("#incident-title").inner_text()
    page.get_by_role("button", name=f"{name} incident").click()
    expect(page.locator("#incident-title")).not_to_have_text(before)
    expect(page.locator(".detail-body")).to_have_attribute("aria-busy", "false")


def assert_flat(before: dict[str, float], after: dict[str, float]) -> None:
    """No node or listener more than there was, but for a few of the browser's own; the heap may breathe."""
    for name in ("Nodes", "JSEventListeners"):
        assert (name, after[name] <= before[name] * 1.05 + 20) == (name, True), (before[name], after[name])
    assert after["JSHeapUsedSize"] < before["JSHeapUsedSize"] * 1.5


def test_pages_that_are_turned_leave_nothing_behind(page: Page) -> None:
    meter = Meter(page)
    turn(page, "Next")
    turn(page, "Before")
    before = meter.read()
    for _ in range(PAGES // 2):
        turn(page, "Next")
        turn(page, "Before")
    assert_flat(before, meter.read())


def test_incidents_that_were_open_leave_nothing_behind(open_page: Open) -> None:
    page = open_page("?open=alike-30")
    expect(page.locator('tr[data-id="alike-30"]')).to_be_visible()
    meter = Meter(page)
    step(page, "Next")
    step(page, "Previous")
    before = meter.read()
    for _ in range(OPENED // 2):
        step(page, "Next")
        page.get_by_role("tab", name="Timeline").click()
        expect(page.locator(".timeline li").first).to_be_visible()
        page.get_by_role("tab", name="Fields").click()
        step(page, "Previous")
    assert_flat(before, meter.read())


@pytest.fixture
def watched(open_page: Open) -> Page:
    """A page whose layout is watched from its first byte on."""
    page = open_page("?page=no-such-page")
    page.add_init_script(WATCH)
    return page


SHOWN = {
    "the queue": ("", ".incidents tbody tr"),
    "an incident": ("?open=known", ".group"),
    "the overview": ("?page=overview", "#attack"),
    "nothing": ("?text=nothing-of-that-name", ".notice.empty"),
}


@pytest.mark.parametrize(("words", "sign"), SHOWN.values(), ids=SHOWN)
def test_nothing_moves_while_it_loads(watched: Page, words: str, sign: str) -> None:
    for width in (1280, 400):
        watched.set_viewport_size({"width": width, "height": 800})
        watched.goto(f"/console{words}")
        expect(watched.locator(sign).first).to_be_visible()
        expect(watched.locator("[aria-busy=true]:visible")).to_have_count(0)
        assert (width, watched.evaluate("shifts")) == (width, [])


def test_nothing_moves_when_there_is_news(watched: Page, api: Any) -> None:
    watched.goto("/console")
    expect(watched.locator(".incidents tbody tr").first).to_be_visible()
    api.post("/_im/incidents?refresh=true", json={"title": "News", "severity": "low"}).raise_for_status()
    expect(watched.locator("#news")).to_be_visible()
    assert watched.evaluate("shifts") == []


def test_a_page_of_a_hundred_rows_is_few_elements_and_one_request(page: Page) -> None:
    """A redraw costs what it makes: about thirty elements a row, in one go, and no more calls than it needs."""
    rows = page.locator(".incidents tbody tr").count()
    elements = page.locator(".incidents tbody *").count()
    assert (rows, elements < 40 * rows) == (100, True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    turn(page, "Next")
    assert [url for url in asked if re.search("/(incidents_full_types|stats|pit|fields)$", url)] == asked[:1]


def test_a_row_that_is_not_in_sight_is_not_laid_out_and_keeps_its_place(page: Page) -> None:
    """Beside an open incident too, and with every column that was chosen."""
    rows = page.locator(".incidents tbody tr")
    skipped = """row => !row.querySelector('.title').checkVisibility({ contentVisibilityAuto: true })"""
    assert (rows.first.evaluate(skipped), rows.last.evaluate(skipped)) == (False, True)
    heights = rows.evaluate_all("all => new Set(all.map(row => row.getBoundingClientRect().height)).size")
    assert heights == 1
    columns = page.get_by_role("columnheader").count()
    rows.first.click()
    expect(page.locator("#incident-title")).to_be_visible()
    assert rows.first.locator("td:visible").count() == columns


def test_rows_are_shown_as_soon_as_they_are_there(open_page: Open) -> None:
    """The charts, the feed's first answer and the fields may all be slow: the list waits for none of the charts."""
    page = open_page("?page=no-such-page")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/incidents_full_types/stats", hold)
    with page.expect_request("**/incidents_full_types/stats"):
        page.goto("/console")
    expect(page.locator(".incidents tbody tr")).to_have_count(100)
    for route in held:
        route.continue_()
    expect(page.locator(".widgets .panel-box")).to_have_count(2)


def test_every_module_is_asked_for_by_the_page_itself_and_once(page: Page) -> None:
    names = page.evaluate("""performance.getEntriesByType('resource')
        .map(each => new URL(each.name).pathname).filter(each => each.endsWith('.js'))""")
    links = page.locator("link[rel=modulepreload]").evaluate_all("all => all.map(each => new URL(each.href).pathname)")
    assert sorted(names) == sorted(links)
