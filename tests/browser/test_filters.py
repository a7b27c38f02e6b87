"""The filter bar: suggestions, what is typed, ranges, columns, and the query itself."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open


def test_suggestions_complete_fields_and_values_by_the_keyboard(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("-sev")
    expect(page.get_by_role("option", name="-severity:")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#filter")).to_have_value("-severity:")
    expect(page.get_by_role("option", name="Critical")).to_be_visible()
    page.keyboard.type("info")
    expect(page.get_by_role("option", name=re.compile("^Info"))).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator(".chip").nth(1)).to_have_text("Severity is not Info")
    expect(page.locator("#total")).to_contain_text("194 incidents")


def test_words_numbers_and_patterns_filter_as_they_are_typed(open_page: Open) -> None:
    page = open_page("?f=")
    for text, total in (("beacon 17", "1 incident "), ("score:>=95", "10 incidents"), ("host:SRV-3*", "36 incidents")):
        page.locator("#filter").fill(text)
        page.keyboard.press("Enter")
        expect(page.locator("#total")).to_contain_text(total)
        page.locator(".chip button").first.click()
        expect(page.locator("#total")).to_contain_text("254 incidents")


REFUSED = {
    "a clause that runs a script": (
        '{"bool": {"must": [{"match": {"title": "script"}},\n {"script": {"script": "1"}}]}}',
        "Line 2, column 3: ",
        '"script"',
    ),
    "a parameter that there is none of": (
        '{"match": {"title": {"query": "x", "sizee": 3}}}',
        "Line 1, column 36: ",
        '"sizee"',
    ),
    "what is no JSON": ('{"match":\n x}', "Line 2, column 2: this is no JSON from here on.", "x"),
    "what ends early": ('{"match": ', "Line 1, column 11: this is no JSON from here on.", ""),
    "what is no object": ("[]", "Line 1, column 1: an object is wanted here.", "[]"),
}


@pytest.mark.parametrize(("query", "said", "marked"), REFUSED.values(), ids=REFUSED)
def test_a_refused_query_is_marked_at_its_place(page: Page, query: str, said: str, marked: str) -> None:
    page.get_by_role("button", name="Query", exact=True).click()
    box = page.get_by_label("Query in OpenSearch DSL")
    box.fill(query)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dsl-problem")).to_contain_text(said)
    expect(box).to_have_attribute("aria-invalid", "true")
    assert box.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)") == marked


def test_a_query_holds_beside_the_chips_and_the_range(open_page: Open) -> None:
    page = open_page("?f=source:edr&from=now-30d&dsl=%7B%22term%22%3A%7B%22host%22%3A%22srv-1%22%7D%7D")
    expect(page.get_by_label("Query in OpenSearch DSL")).to_have_value('{"term":{"host":"srv-1"}}')
    expect(page.locator("#total b")).to_have_text(re.compile("^1[0-9] incidents"))


def test_a_quick_range_and_any_other_are_stated(page: Page) -> None:
    page.locator("#range").click()
    page.get_by_role("button", name="Last 24 hours").click()
    expect(page.locator("#total")).to_contain_text("last 24 hours")
    page.locator("#range").click()
    page.get_by_role("textbox", name="From").fill("2026-01-01T00:00:00Z")
    page.get_by_role("textbox", name="To", exact=True).fill("2026-01-02T00:00:00Z")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#range")).to_have_text(re.compile("^1 Jan 2026, .* CET to 2 Jan 2026, .* CET$"))
    expect(page.locator(".rows .notice")).to_have_attribute("data-kind", "empty")


def test_columns_are_chosen_and_moved(page: Page) -> None:
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Find a field").fill("host")
    page.get_by_label("Host", exact=True).check()
    expect(page.get_by_role("columnheader").last).to_have_text("Host")
    page.get_by_role("button", name="Host further left").click()
    expect(page.get_by_role("columnheader").nth(6)).to_have_text("Host")
    expect(page.locator('tr[data-id="alike-3"]')).to_contain_text("srv-3")
