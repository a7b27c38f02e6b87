"""Named views: kept, shared, and one to begin with."""

from datetime import datetime, time
from urllib.parse import parse_qs, urlsplit

import httpx2
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
    keep(mine, "My host", "Begin with it", "Shared with everybody")

    bobs = open_page(name="bob")
    expect(bobs.locator(".chip")).to_have_text(["State is Open or In progress"])
    bobs.get_by_role("button", name="Views").click()
    # The default is its owner's, and so is what can be changed.
    expect(bobs.get_by_role("button", name="My host shared by alice")).to_be_visible()
    expect(bobs.get_by_role("button", name="Change the view")).to_have_count(0)
    bobs.get_by_role("button", name="Critical beacons shared by alice").click()
    expect(bobs.locator(".chip")).to_have_text(["“beacon”", "Severity is Critical"])
    expect(bobs.locator("#range")).to_have_text("Last 7 days")
    expect(bobs.locator(".incidents thead th")).to_have_count(3)
    expect(bobs.get_by_role("columnheader", name="Severity")).to_have_attribute("aria-sort", "ascending")

    again = open_page()
    expect(again.locator(".chip")).to_have_text(["Host is srv-1"])
    # An address that says no filter is no address that says nothing: it shows everybody the same.
    again.locator(".chip button").click()
    again.get_by_role("button", name="Open work").click()
    again.reload()
    expect(again.locator(".chip")).to_have_text(["State is Open or In progress"])


def test_8_a_view_is_renamed_and_deleted_and_a_conflict_is_told(page: Page, api: httpx2.Client) -> None:
    keep(page, "Mine")
    edit(page, "Mine")
    view = next(each for each in api.get("/_im/views", headers=ALICE).json()["views"] if each["name"] == "Mine")
    renamed = {"name": "Renamed elsewhere", "filters": view["filters"]}
    api.put(f"/_im/views/{view['id']}", json=renamed, headers=ALICE).raise_for_status()
    page.get_by_label("Name").fill("Renamed here")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator('[data-kind="conflict"]')).to_contain_text("it is called Renamed elsewhere there")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    edit(page, "Renamed here")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert view["id"] not in [each["id"] for each in api.get("/_im/views", headers=ALICE).json()["views"]]


ALICE = {"User-ID": "alice"}


def edit(page: Page, name: str) -> None:
    """Opens the dialog that changes a view."""
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name=f"Change the view {name}").click()


def test_7_a_frozen_link_has_the_range_of_any_date_math_and_is_shown_where_it_cannot_be_copied(
    open_page: Open,
) -> None:
    page = open_page("?from=now-1M/d&to=now/d")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Frozen time").click()
    link = parse_qs(urlsplit(page.get_by_role("textbox", name="Link").input_value()).query)
    start, end = (datetime.fromisoformat(link[name][0]) for name in ("from", "to"))
    assert (start.time(), end.time()) == (time(), time(23, 59, 59, 999_000))
    assert 28 <= (end.date() - start.date()).days <= 31
