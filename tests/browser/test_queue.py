"""The queue: what is shown first, that it holds still, what is one's own, and where one is in it."""

import re

import httpx2
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.incidents import OPEN


def ids(page: Page) -> list[str]:
    """The incidents of the page, in their order."""
    rows: list[str] = page.eval_on_selector_all(".incidents tbody tr", "rows => rows.map(row => row.dataset.id)")
    return rows


def change(api: httpx2.Client, incident: str, **fields: object) -> None:
    """A write of somebody else's."""
    api.put(f"/_im/incidents/{incident}?refresh=true", json=fields).raise_for_status()


def test_1_the_default_view_is_open_work_newest_first_within_a_stated_range(page: Page) -> None:
    expect(page.locator("#total")).to_contain_text(f"{OPEN} incidents · last 30 days · as of")
    expect(page.locator(".chip")).to_have_text(["State is Open or In progress"])
    assert ids(page)[:3] == ["known", "vulnerability", "alike-0"]
    expect(page.get_by_role("columnheader", name="Started")).to_have_attribute("aria-sort", "descending")


def test_2_rows_never_move_vanish_or_lose_ticks_until_what_is_new_is_loaded(page: Page, api: httpx2.Client) -> None:
    page.get_by_label("Tick Beacon 1 to a new domain", exact=True).check()
    before = ids(page)
    made = api.post("/_im/incidents?refresh=true", json={"title": "Come meanwhile", "severity": "low"}).json()["_meta"][
        "id"
    ]
    change(api, "alike-2", status="resolved")
    expect(page.locator("#news")).to_have_text("1 new, 1 changed", use_inner_text=True)
    assert ids(page) == before
    expect(page.get_by_label("Tick Beacon 1 to a new domain", exact=True)).to_be_checked()
    page.keyboard.press("r")
    expect(page.locator(".incidents tbody tr").first).to_have_attribute("data-id", made)
    assert "alike-2" not in ids(page)


def test_3_my_own_change_shows_at_once_and_rows_i_handled_stay_dimmed(page: Page) -> None:
    row = page.locator('tr[data-id="alike-4"]')
    row.focus()
    page.keyboard.press("c")
    page.get_by_role("dialog").get_by_label("Note").fill("a false alarm")
    page.get_by_role("button", name="Change", exact=True).click()
    expect(row).to_have_class(re.compile("handled"))
    expect(row).to_contain_text("Resolved")
    page.get_by_role("button", name="Load anew").click()
    expect(row).to_have_count(0)


def test_5_next_and_previous_follow_the_order_and_the_filter_of_the_list(open_page: Open) -> None:
    page = open_page("?f=severity:high&f=state:open&open=alike-1")
    listed = page.locator(".incidents tbody tr")
    expect(listed.nth(1)).to_have_attribute("data-id", "alike-1")
    page.get_by_role("button", name="Next incident").click()
    expect(page.locator("#incident-title")).to_have_text("Beacon 6 to a new domain")
    page.get_by_role("button", name="Previous incident").click()
    page.get_by_role("button", name="Previous incident").click()
    expect(page.locator("#incident-title")).to_have_text("Known to everybody")


def test_6_filters_sort_columns_and_the_open_incident_are_in_the_address_and_back_scrolls(
    page: Page,
) -> None:
    page.get_by_role("button", name="Severity", exact=True).click()
    expect(page.get_by_role("columnheader", name="Severity")).to_have_attribute("aria-sort", "descending")
    page.evaluate("scrollTo(0, 900)")
    source = page.locator(".incidents tbody tr").nth(20).locator(".col-source")
    source.hover()
    scrolled = page.evaluate("scrollY")
    source.get_by_title("Only").click()
    expect(page.locator(".chip")).to_have_count(2)
    assert ("sort=severity%3Adesc" in page.url, "f=source" in page.url, scrolled > 0) == (True, True, True)
    page.go_back()
    expect(page.locator(".chip")).to_have_count(1)
    page.wait_for_function("before => scrollY === before", arg=scrolled)
    page.locator(".incidents tbody tr").nth(2).click()
    expect(page).to_have_url(re.compile("open="))
    page.reload()
    expect(page.locator(".detail")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Severity")).to_have_attribute("aria-sort", "descending")
