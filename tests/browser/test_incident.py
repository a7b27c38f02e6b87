"""One incident: its fields, timeline, alerts, notes, techniques, and how each API shows it."""

import re

import httpx2
from playwright.sync_api import expect

from tests.browser.conftest import Open


def test_16_related_alerts_show_counts_that_can_be_clicked_and_actions_stay_in_sight(open_page: Open) -> None:
    page = open_page("?open=known")
    page.get_by_role("tab", name="Alerts").click()
    expect(page.locator("[data-alert]")).to_have_count(40)
    page.get_by_role("button", name="Ok 10").click()
    expect(page.locator("[data-alert]")).to_have_count(10)
    page.get_by_role("button", name="40 alerts").click()
    page.locator("[data-alert]").last.scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Take")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Ok 10")).to_be_in_viewport()


def test_an_incident_has_its_face_in_each_of_five_apis(open_page: Open) -> None:
    page = open_page("?open=known")
    page.get_by_role("tab", name="APIs").click()
    expect(page.locator("[data-face]")).to_have_count(5)
    shown = page.locator("[data-face] pre").all_text_contents()
    assert [text[:1] for text in shown] == ["{"] * 5


def test_the_timeline_has_what_was_done_what_was_said_and_what_was_seen(open_page: Open) -> None:
    page = open_page("?open=known")
    page.get_by_role("tab", name="Timeline").click()
    for kind in ("activity", "note", "alert"):
        expect(page.locator(f'.timeline [data-kind="{kind}"]').first).to_be_visible()
    expect(page.locator('.timeline [data-kind="note"]')).to_contain_text("called the owner")


def test_a_note_is_added_where_notes_are_read(open_page: Open, api: httpx2.Client) -> None:
    page = open_page("?open=alike-50")
    page.get_by_role("tab", name="Notes").click()
    page.get_by_label("Note", exact=True).fill("looked at it twice")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator(".timeline")).to_contain_text("looked at it twice")
    assert api.get("/_im/incidents/alike-50/notes").json()["docs"][0]["body"] == "looked at it twice"


def test_techniques_link_to_where_they_are_described(open_page: Open) -> None:
    page = open_page("?open=known")
    page.get_by_role("tab", name="ATT&CK").click()
    link = page.get_by_role("link", name="T1059.001 PowerShell").first
    expect(link).to_have_attribute("href", re.compile(r"^https://attack\.mitre\.org/techniques/T1059/001"))


def test_a_value_filters_the_list_from_the_incident(open_page: Open) -> None:
    page = open_page("?open=known")
    page.get_by_role("button", name="Only assignee.name carol").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chip").last).to_have_text("Assignee name is carol")
    expect(page.locator("#total")).to_contain_text("1 incident ")
