"""The console without a mouse."""

import httpx2
from playwright.sync_api import Page, expect


def dialog(page: Page, title: str) -> None:
    """A dialog of that title is open; it is closed again."""
    expect(page.get_by_role("dialog", name=title)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_4_keys_work_without_a_mouse_never_inside_a_field_and_can_be_turned_off(page: Page) -> None:
    page.locator(".incidents tbody tr").first.focus()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    second = page.locator(".incidents tbody tr").nth(1)
    expect(second).to_be_focused()
    assert second.evaluate("row => getComputedStyle(row).outlineStyle") == "solid"
    page.keyboard.press("x")
    expect(second.locator("input")).to_be_checked()
    page.keyboard.press("x")
    for key, title in (("a", "Assign: "), ("s", "Set the status: "), ("n", "Add a note: "), ("?", "Keys")):
        page.keyboard.press(key)
        dialog(page, title)
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#incident-title")).to_have_text(second.locator(".title").inner_text())
    page.keyboard.press("Escape")
    expect(page.locator(".detail")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("ajsx?")
    expect(page.locator("#filter")).to_have_value("ajsx?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    turn_off(page)
    second.focus()
    page.keyboard.press("a")
    expect(page.get_by_role("dialog")).to_have_count(0)


def turn_off(page: Page) -> None:
    """The switch in the list of keys."""
    page.get_by_role("button", name="Keys", exact=True).click()
    page.get_by_label("Single keys do this").uncheck()
    page.get_by_role("button", name="Done").click()


def test_14_take_assigns_to_me_and_sets_in_progress_in_one_key(page: Page, api: httpx2.Client) -> None:
    row = page.locator('tr[data-id="alike-7"]')
    row.focus()
    page.keyboard.press("t")
    expect(row).to_contain_text("In progress")
    expect(row).to_contain_text("alice")
    taken = api.get("/_im/incidents/alike-7").json()
    assert (taken["assignee"], taken["status"], taken["updated_by"]) == ({"name": "alice"}, "in_progress", "alice")
    assert taken["acknowledged_by"] == {"id": "alice"}
