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
    gone = api.post("/_im/incidents?refresh=true", json={"title": "Come and gone", "severity": "low"}).json()["_meta"]
    change(api, "alike-2", status="resolved")
    expect(page.locator("#news")).to_have_text("2 new, 1 changed", use_inner_text=True)
    # Of those on other pages too: one that fits no more, one that is gone; and one is gone that was new.
    change(api, "alike-230", status="resolved")
    for incident in ("alike-231", gone["id"]):
        api.delete(f"/_im/incidents/{incident}?refresh=true").raise_for_status()
    expect(page.locator("#news")).to_have_text("1 new, 3 changed", use_inner_text=True)
    assert ids(page) == before
    expect(page.get_by_label("Tick Beacon 1 to a new domain", exact=True)).to_be_checked()
    page.get_by_role("button", name="Title", exact=True).click()
    expect(page.get_by_role("columnheader", name="Title")).to_have_attribute("aria-sort", "descending")
    expect(page.locator("#ticked")).to_have_text("1 ticked")
    page.go_back()
    expect(page.locator(".incidents tbody tr").nth(1)).to_have_attribute("data-id", before[1])
    assert ids(page) == before
    expect(page.get_by_label("Tick Beacon 1 to a new domain", exact=True)).to_be_checked()
    page.locator("#news").click()
    expect(page.locator(".incidents tbody tr").first).to_have_attribute("data-id", made)
    assert "alike-2" not in ids(page)


def test_2_rows_stay_when_the_snapshot_has_expired_and_when_the_gateway_is_gone(page: Page, api: httpx2.Client) -> None:
    with page.expect_request(lambda request: request.url.endswith("incidents_full_types")) as asked:
        page.get_by_role("button", name="Title", exact=True).click()
    api.request(
        "DELETE", "/_im/incidents/pit", json={"id": (asked.value.post_data_json or {})["pit"]}
    ).raise_for_status()
    expect(page.get_by_role("columnheader", name="Title")).to_have_attribute("aria-sort", "descending")
    before = ids(page)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#news")).to_have_text("No news: the snapshot has expired.")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator(".rows .notice")).to_have_attribute("data-kind", "expired")
    assert ids(page) == before
    page.route("**/_im/**", lambda route: route.abort())
    page.get_by_role("button", name="Load a fresh one").click()
    expect(page.locator(".rows .notice")).to_have_attribute("data-kind", "failed")
    expect(page.locator("#news")).to_contain_text("The gateway cannot be reached.")
    assert ids(page) == before
    # It comes back by itself.
    page.unroute("**/_im/**")
    expect(page.locator("#place")).to_contain_text("101\u2013200 of")
    expect(page.locator(".rows .notice")).to_have_count(0)


def test_3_my_own_change_shows_at_once_and_rows_i_handled_stay_dimmed(page: Page) -> None:
    row = page.locator('tr[data-id="alike-4"]')
    row.focus()
    page.keyboard.press("c")
    page.get_by_role("dialog").get_by_label("Note").fill("a false alarm")
    page.get_by_role("button", name="Change", exact=True).click()
    expect(row).to_have_class(re.compile("handled"))
    expect(row).to_contain_text("Resolved")
    expect(row).to_be_focused()
    for other in ("Next", "Before"):
        page.get_by_role("button", name=other, exact=True).click()
        expect(page.locator("#place")).to_contain_text("101" if other == "Next" else "100 of")
    expect(row).to_have_class(re.compile("handled"))
    expect(row).to_contain_text("Resolved")
    page.get_by_role("button", name="Export").click()
    expect(page.locator("#export + .panel")).to_contain_text("What you changed since is in it as it was")
    page.keyboard.press("Escape")
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


def test_5_what_is_done_in_the_detail_is_done_to_its_incident_and_no_other(open_page: Open, api: httpx2.Client) -> None:
    page = open_page("?open=done-3")
    page.get_by_label("Tick Beacon 90 to a new domain", exact=True).check()
    page.locator(".actions").get_by_role("button", name="Note").click()
    expect(page.get_by_role("dialog", name="Add a note: Beacon 3 to a new domain")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".actions").get_by_role("button", name="Take").click()
    expect(page.locator(".facts")).to_contain_text("alice")
    changed = [api.get(f"/_im/incidents/{name}").json().get("assignee") for name in ("done-3", "alike-90", "known")]
    assert changed == [{"name": "alice"}, None, {"name": "carol"}]


def test_5_next_goes_over_the_page(open_page: Open) -> None:
    page = open_page("?open=alike-97")
    listed = page.locator(".incidents tbody tr")
    expect(listed.nth(99)).to_have_attribute("data-id", re.compile("alike"))
    page.goto(page.url.replace("alike-97", str(listed.nth(99).get_attribute("data-id"))))
    expect(page.locator("#incident-title")).to_be_visible()
    page.get_by_role("button", name="Next incident").click()
    expect(page.locator("#place")).to_contain_text("101\u2013200")
    expect(page.locator("#incident-title")).to_have_text(listed.first.locator(".title").inner_text())


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
    expect(page.locator(".rows")).to_have_attribute("aria-busy", "false")
    page.wait_for_function("before => Math.abs(scrollY - before) < 52", arg=scrolled)
    opened_and_left(page)
    page.reload()
    expect(page.locator(".detail")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Severity")).to_have_attribute("aria-sort", "descending")
    page.wait_for_function("() => scrollY > 1100")


def test_filters_on_a_cell_cover_none_of_its_text(page: Page) -> None:
    row = page.locator('tr[data-id="alike-3"]')
    row.locator(".col-started_at").hover()
    expect(page.locator(".cell-filters")).to_have_count(0)
    row.locator(".col-status").hover()
    buttons = row.locator(".col-status .cell-filters").bounding_box()
    mark = row.locator(".status").bounding_box()
    assert buttons
    assert mark
    assert mark["x"] + mark["width"] <= buttons["x"]


def opened_and_left(page: Page) -> None:
    """What is opened leaves the list where it is; so do Back and Forward."""
    page.evaluate("scrollTo(0, 1200)")
    page.wait_for_function("() => history.state.scroll === 1200")
    page.locator(".incidents tbody tr").nth(40).click()
    expect(page).to_have_url(re.compile("open="))
    expect(page.locator("#incident-title")).to_be_visible()
    page.go_back()
    page.wait_for_function("() => scrollY === 1200")
    page.go_forward()
    expect(page.locator("#incident-title")).to_be_visible()
    page.wait_for_function("() => scrollY > 1100")
