"""How it looks and reads: themes, widths, zones, links, and what takes the place of a result."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.resources import files
from itertools import product
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Route, expect

from gateway.dialects.settings import load
from tests.browser.conftest import Open
from tests.keyring import tokens
from tests.serving import serving

PAGES = {
    "the queue": "?f=host:srv-1&f=state:open",
    "an incident": "?open=known&f=host:srv-1",
    "the overview": "?page=overview",
}
WIDTHS = (1280, 400)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def findings(page: Page) -> list[tuple[str, list[str]]]:
    """What axe says is wrong, with the elements."""
    result: dict[str, Any] = Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in result["violations"]]


@pytest.mark.parametrize("words", PAGES.values(), ids=PAGES)
def test_20_both_themes_pass_an_accessibility_check_in_both_widths(open_page: Open, words: str) -> None:
    page = open_page(words)
    expect(page.locator("#incident-title" if "known" in words else ".panel-box:visible").first).to_be_visible()
    expect(page.locator("[aria-busy=true]:visible")).to_have_count(0)
    for width, theme in product(WIDTHS, THEMES):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        assert (width, theme, findings(page)) == (width, theme, [])
        assert page.evaluate("document.documentElement.scrollWidth") == width


STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "the timeline": ("?open=known", lambda page: page.get_by_role("tab", name="Timeline").click()),
    "alerts": ("?open=known", lambda page: page.get_by_role("tab", name="Alerts").click()),
    "notes": ("?open=known", lambda page: page.get_by_role("tab", name="Notes").click()),
    "techniques": ("?open=known", lambda page: page.get_by_role("tab", name="ATT&CK").click()),
    "five APIs": ("?open=known", lambda page: page.get_by_role("tab", name="APIs").click()),
    "an edit": ("?open=known&pane=wide", lambda page: page.get_by_role("button", name="Edit").click()),
    "a dialog": ("?open=known", lambda page: page.keyboard.press("a")),
    "the keys": ("", lambda page: page.keyboard.press("?")),
    "views": ("", lambda page: page.get_by_role("button", name="Views").click()),
    "columns": ("", lambda page: page.locator("#columns").click()),
    "a chart's table": ("?page=overview", lambda page: page.get_by_role("button", name="Source, as a table").click()),
    "what is ticked": ("", lambda page: page.locator(".incidents tbody input").first.check()),
    "no such incident": ("?open=no-such-incident", lambda page: None),
}


@pytest.mark.parametrize(("words", "act"), STATES.values(), ids=STATES)
def test_20_every_state_passes_an_accessibility_check(open_page: Open, words: str, act: Callable[[Page], None]) -> None:
    page = open_page(f"{words or '?'}&f=host:srv-1&f=state:open")
    expect(page.locator("[aria-busy=true]:visible")).to_have_count(0)
    expect(page.locator("#incident-title, .incidents tbody tr, #attack, .notice").first).to_be_visible()
    act(page)
    expect(page.locator("[aria-busy=true]:visible")).to_have_count(0)
    for theme, width in zip(THEMES, WIDTHS, strict=True):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, theme, findings(page)) == (width, theme, [])
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_20_severity_is_never_a_colour_alone(page: Page) -> None:
    marks = page.locator(".incidents .severity").all_text_contents()
    assert set(marks) <= {"Critical", "High", "Medium", "Low", "Info"}
    assert page.locator(".incidents .severity svg").count() == len(marks)


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
def reader(opensearch_url: str, new_tenant: Callable[[], str]) -> Iterator[tuple[str, str]]:
    """The address of a gateway that asks for keys, and a key that may read."""
    # A loop of another thread's: the browser's is under way in this one.
    with ThreadPoolExecutor(1) as thread:
        made = tokens(opensearch_url, new_tenant(), "read", name="reader")
        key = thread.submit(asyncio.run, made).result()["read"]
    with serving(load(opensearch_url=opensearch_url, auth="keys")) as url:
        yield url, key


def test_20_a_forbidden_action_says_why_and_a_key_is_typed_once_for_the_tab(
    context: BrowserContext, reader: tuple[str, str]
) -> None:
    url, key = reader
    page = context.new_page()
    page.goto(f"{url}/console?f=&from=")
    page.get_by_label("Key of this gateway").fill("no-such-key")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Type another")
    page.get_by_label("Key of this gateway").fill(key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="reader, tenant")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="reader, tenant")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Views").click()
    forbidden = page.get_by_role("button", name="Keep this as a view")
    expect(forbidden).to_have_attribute("aria-disabled", "true")
    expect(forbidden).to_have_attribute("title", 'Your key "reader" lacks the scope "write".')


def test_7_copy_link_offers_a_frozen_or_a_relative_time(open_page: Open) -> None:
    page = open_page("?from=now-7d&f=severity:high")
    expect(page.locator(".incidents tbody tr").first).to_be_visible()
    for name, frozen in (("Relative time", False), ("Frozen time", True)):
        page.get_by_role("button", name="Copy link").click()
        page.get_by_role("button", name=name).click()
        page.wait_for_function("name => document.getElementById('said').textContent.includes(name)", arg=name.lower())
        words = parse_qs(urlsplit(page.evaluate("navigator.clipboard.readText()")).query)
        assert words["f"] == ["severity:high"]
        if frozen:
            length = datetime.fromisoformat(words["to"][0]) - datetime.fromisoformat(words["from"][0])
            assert (round(length.total_seconds() / 86_400, 3), datetime.fromisoformat(words["to"][0]).tzinfo) == (
                7,
                UTC,
            )
        else:
            assert (words["from"], "to" in words) == (["now-7d"], False)


def test_9_times_are_relative_and_absolute_with_their_zone_and_one_switch_rules_all(page: Page) -> None:
    time = page.locator('tr[data-id="known"] time')
    expect(time).to_have_text(re.compile(r"^\d+m ago\d+ \w+ \d{4}, \d\d:\d\d:\d\d (CET|CEST)$"))
    page.get_by_role("button", name="Times in UTC").click()
    expect(time).to_have_text(re.compile("UTC$"))
    expect(page.locator("#total time")).to_have_text(re.compile("UTC$"))
    assert page.locator("time").evaluate_all("all => all.every(each => each.textContent.includes('UTC'))")
    page.reload()
    expect(time).to_have_text(re.compile("UTC$"))


def test_every_module_is_read_and_nothing_shifts_while_it_loads(open_page: Open, gateway: str) -> None:
    folder = files("gateway.console").joinpath("page")
    modules = {each.name for each in folder.iterdir() if each.name.endswith(".js")}
    page = open_page()
    expect(page.locator(".incidents tbody tr").first).to_be_visible()
    expect(page.locator(".widgets .panel-box")).to_have_count(2)
    names = "performance.getEntriesByType('resource').map(each => new URL(each.name).pathname.split('/').pop())"
    assert modules <= set(page.evaluate(names))
    shift = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries()
        .filter(each => !each.hadRecentInput).reduce((sum, each) => sum + each.value, 0)))
        .observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 300))"""
    assert page.evaluate(shift) == 0
    elsewhere = "performance.getEntriesByType('resource').filter(each => !each.name.startsWith(location.origin))"
    assert page.evaluate(f"{elsewhere}.length") == 0


def test_the_page_runs_nothing_that_is_not_its_own(gateway: str) -> None:
    policy = httpx2.get(f"{gateway}/console", timeout=60).headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert "unsafe" not in "".join(policy)


def test_under_a_path_of_a_proxy_everything_is_found(
    context: BrowserContext, opensearch_url: str, new_tenant: Callable[[], str]
) -> None:
    settings = load(opensearch_url=opensearch_url, default_tenant=new_tenant(), root_path="/siem")
    with serving(settings) as url:
        page = context.new_page()
        page.goto(f"{url}/siem/")
        expect(page.locator(".rows .notice")).to_have_attribute("data-kind", "empty")
        page.get_by_role("link", name="Overview").click()
        expect(page.locator(".tile-box")).to_have_count(3)
        paths = "performance.getEntriesByType('resource').map(each => new URL(each.name).pathname)"
        assert all(path.startswith("/siem/") for path in page.evaluate(paths))
        page.goto(f"{url}/siem/healthz")
