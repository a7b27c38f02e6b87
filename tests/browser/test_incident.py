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


def test_buttons_and_keys_are_of_the_open_incident_also_where_the_list_lacks_it(
    open_page: Open, api: httpx2.Client
) -> None:
    page = open_page("?open=done-3")
    expect(page.locator(".incidents tbody tr").first).to_have_attribute("data-id", "known")
    page.locator('tr[data-id="alike-20"] input').check()
    page.get_by_role("button", name="Assign", exact=True).last.click()
    expect(page.get_by_role("dialog", name="Assign: Beacon 3 to a new domain")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator('tr[data-id="alike-20"] input').uncheck()
    page.locator("#detail-panel").focus()
    page.keyboard.press("t")
    expect(page.locator(".facts")).to_contain_text("alice")
    taken = {name: api.get(f"/_im/incidents/{name}").json().get("assignee") for name in ("done-3", "known", "alike-20")}
    assert taken == {"done-3": {"name": "alice"}, "known": {"name": "carol"}, "alike-20": None}


def test_what_is_typed_outlasts_a_look_elsewhere_and_a_change_beside_it(open_page: Open) -> None:
    page = open_page("?open=alike-60")
    page.get_by_role("tab", name="Notes").click()
    page.get_by_label("Note", exact=True).fill("half a sent")
    page.get_by_role("button", name="Next incident").click()
    expect(page.locator("#incident-title")).to_have_text("Beacon 61 to a new domain")
    expect(page.get_by_label("Note", exact=True)).to_have_value("")
    page.get_by_role("button", name="Previous incident").click()
    expect(page.get_by_label("Note", exact=True)).to_have_value("half a sent")
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Category").fill("malware")
    page.get_by_role("button", name="Take", exact=True).click()
    expect(page.locator(".facts")).to_contain_text("alice")
    expect(page.get_by_label("Category")).to_have_value("malware")


def test_the_incident_alone_is_in_the_address(open_page: Open) -> None:
    page = open_page("?open=known")
    page.get_by_role("button", name="The incident alone").click()
    expect(page.locator(".incidents")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="The incident alone")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".incidents")).to_be_hidden()


MARKUP = "<img src=x onerror=alert(1)><script>alert(1)</script>&amp;"
LONG = "w" * 10_000
HOSTILE = {
    "_meta": {"id": "hostile"}, "title": MARKUP + LONG[:900], "description": f"{MARKUP}\n{LONG}", "source": MARKUP,
    "severity": "info", "category": LONG[:1000], "tags": [MARKUP, *(f"tag {number}" for number in range(90))],
    "mitre": ["T1059.001", "T9999", MARKUP], "assignee": {"name": MARKUP}, "link": "javascript:alert(1)",
    "deep": {"a": {"b": [1, None, {"c": MARKUP}], "n": None}}, "nothing": None, "zero": 0, "list": [{"k": MARKUP}, {}],
    "started_at": "2001-01-01T00:00:00Z",
}  # fmt: skip


def test_whatever_an_incident_holds_is_text_and_breaks_no_layout(open_page: Open, api: httpx2.Client) -> None:
    api.post("/_im/incidents?refresh=true", json=HOSTILE).raise_for_status()
    api.post("/_im/incidents/hostile/notes", json={"body": MARKUP + LONG}).raise_for_status()
    alerts = [{"alert_id": f"h-{number}", "description": MARKUP + LONG[:2000]} for number in range(3)]
    api.post("/_im/incidents/hostile/alerts?refresh=true", json=alerts).raise_for_status()
    page = open_page("?open=hostile&f=&from=&text=wwww")
    for width in (1280, 400):
        page.set_viewport_size({"width": width, "height": 800})
        for tab in page.get_by_role("tab").all():
            tab.click()
            expect(page.locator(".detail-body")).to_have_attribute("aria-busy", "false")
            room = page.evaluate("""() => [document.documentElement, document.querySelector('.detail-body')]
                .map(each => each.scrollWidth - each.clientWidth)""")
            assert (width, tab.inner_text(), room) == (width, tab.inner_text(), [0, 0])
            expect(page.get_by_role("button", name="Take", exact=True).first).to_be_in_viewport()
    expect(page.locator("#incident-title")).to_contain_text(MARKUP)
    expect(page.locator("#app :is(script, img:not(.brand img), [href^=javascript])")).to_have_count(0)


def test_alerts_beyond_the_first_page_are_told_and_read(open_page: Open, api: httpx2.Client) -> None:
    page = open_page("?open=known")
    page.route("**/known/alerts?*", lambda route: route.continue_(url=route.request.url.replace("size=500", "size=30")))
    page.get_by_role("tab", name="Alerts").click()
    expect(page.locator(".counts")).to_contain_text("of the first 30")
    page.get_by_role("button", name="More: 30 of 40 are here").click()
    expect(page.locator("[data-alert]")).to_have_count(40)
    expect(page.get_by_role("button", name="More")).to_have_count(0)


def test_an_edit_sends_what_was_changed_and_nothing_that_a_field_cannot_show(
    open_page: Open, api: httpx2.Client
) -> None:
    made = {"_meta": {"id": "lines"}, "title": "one\ntwo", "description": "a\r\nb", "assignee": {"id": "u-7"}}
    api.post("/_im/incidents?refresh=true", json=made).raise_for_status()
    page = open_page("?open=lines")
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Assignee", exact=True)).to_have_value("u-7")
    page.get_by_label("Category").fill("malware")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".group").first).to_contain_text("malware")
    kept = api.get("/_im/incidents/lines").json()
    assert [kept[name] for name in ("title", "description", "assignee")] == ["one\ntwo", "a\r\nb", {"id": "u-7"}]
