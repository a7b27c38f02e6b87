"""The console without a mouse."""

import httpx2
from playwright.sync_api import Page, expect

PRESS = """(row, [key, code, shiftKey]) =>
  row.dispatchEvent(new KeyboardEvent('keydown', { key, code, shiftKey, bubbles: true }))"""


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
    press_elsewhere(page)
    page.keyboard.press("Alt+j")
    expect(second).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("ajsx?")
    expect(page.locator("#filter")).to_have_value("ajsx?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    turn_off(page)
    second.focus()
    page.keyboard.press("a")
    expect(page.get_by_role("dialog")).to_have_count(0)


def press_elsewhere(page: Page) -> None:
    """With Caps Lock, and on a keyboard without Latin letters; but with Shift they mean nothing."""
    for key, code, shift in (("J", "KeyJ", False), ("Л", "KeyK", False), ("J", "KeyJ", True)):
        page.locator(".incidents tr:focus").evaluate(PRESS, [key, code, shift])


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


def test_14_what_somebody_took_meanwhile_is_not_taken_from_them(page: Page, api: httpx2.Client) -> None:
    api.put("/_im/incidents/alike-8", json={"severity": "low"}).raise_for_status()
    page.locator('tr[data-id="alike-8"]').focus()
    page.keyboard.press("t")
    expect(page.locator('tr[data-id="alike-8"]')).to_contain_text("alice")
    api.put("/_im/incidents/alike-9", json={"assignee": {"name": "bob"}}).raise_for_status()
    page.locator('tr[data-id="alike-9"]').focus()
    page.keyboard.press("t")
    expect(page.get_by_role("dialog")).to_contain_text("bob changed assignee from none to bob")
    assert api.get("/_im/incidents/alike-9").json()["assignee"] == {"name": "bob"}
    page.keyboard.press("Escape")
    expect(page.locator('tr[data-id="alike-9"]')).to_be_focused()
