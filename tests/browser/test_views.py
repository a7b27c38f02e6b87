"""Named views: kept, shared, and one to begin with."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open


def keep(page: Page, name: str, *options: str) -> None:
    """Keeps what is shown under a name."""
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Keep this as a view").click()
    page.get_by_label("Name").fill(name)
    for option in options:
        page.get_by_label(option).check()
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_8_named_views_keep_filters_columns_and_sort_own_or_shared_and_one_is_the_default(open_page: Open) -> None:
    page = open_page("?f=severity:critical&text=beacon&from=now-7d&columns=title,severity&sort=severity:asc")
    keep(page, "Critical beacons", "Shared with everybody")
    mine = open_page("?f=host:srv-1")
    keep(mine, "My host", "Begin with it")

    bobs = open_page(name="bob")
    expect(bobs.locator(".chip")).to_have_text(["State is Open or In progress"])
    bobs.get_by_role("button", name="Views").click()
    expect(bobs.get_by_role("button", name="My host")).to_have_count(0)
    bobs.get_by_role("button", name="Critical beacons shared by alice").click()
    expect(bobs.locator(".chip")).to_have_text(["“beacon”", "Severity is Critical"])
    expect(bobs.locator("#range")).to_have_text("Last 7 days")
    expect(bobs.locator(".incidents thead th")).to_have_count(3)
    expect(bobs.get_by_role("columnheader", name="Severity")).to_have_attribute("aria-sort", "ascending")

    again = open_page()
    expect(again.locator(".chip")).to_have_text(["Host is srv-1"])
