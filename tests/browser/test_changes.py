"""Changes: of one, of what is ticked, of all that match; each says what it is of, and then what came of it."""

import re

import httpx2
import orjson
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open


def tick(page: Page, *titles: str) -> None:
    """Ticks incidents by their titles."""
    for title in titles:
        page.get_by_label(f"Tick {title}", exact=True).check()


def status(api: httpx2.Client, incident: str) -> str:
    """What the incident's status is now."""
    return str(api.get(f"/_im/incidents/{incident}").json()["status"])


def test_10_a_bulk_dialog_states_the_exact_count_and_rows_that_were_not_ticked_never_change(
    page: Page, api: httpx2.Client
) -> None:
    tick(page, "Beacon 10 to a new domain", "Beacon 11 to a new domain")
    page.get_by_role("region", name="Ticked incidents").get_by_role("button", name="Status").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Status").select_option("in_progress")
    expect(dialog.locator(".plan")).to_contain_text("Exactly 2 incidents: those that are ticked, and no other.")
    api.post("/_im/incidents?refresh=true", json={"title": "Beacon 11 again", "severity": "low"}).raise_for_status()
    dialog.get_by_role("button", name="Change exactly 2 incidents").click()
    expect(dialog.locator('[data-result="updated"]')).to_contain_text("2")
    assert [status(api, f"alike-{number}") for number in (9, 10, 11, 12)] == [
        "new",
        "in_progress",
        "in_progress",
        "new",
    ]


def test_11_select_all_means_the_same_snapshot_and_filters_as_the_list(open_page: Open, api: httpx2.Client) -> None:
    page = open_page("?f=tags:night")
    expect(page.locator("#total b")).to_have_text(re.compile(r"^\d+ incidents"))
    total = page.locator("#total b").inner_text().split()[0]
    late = {"title": "Too late", "severity": "critical", "tags": ["night"]}
    made = api.post("/_im/incidents?refresh=true", json=late).json()["_meta"]["id"]
    page.get_by_label("Tick all of this page").check()
    page.get_by_role("button", name=f"Select all {total} that match").click()
    page.keyboard.press("n")
    page.get_by_role("dialog").get_by_label("Note").fill("seen by all")
    page.get_by_role("button", name=f"Change exactly {total} incidents").click()
    expect(page.locator(".results")).to_contain_text(total)
    assert api.get(f"/_im/incidents/{made}").json()["note_count"] == 0
    assert api.get("/_im/incidents/alike-10").json()["comment"] == "seen by all"


def test_12_bulk_results_list_what_was_refused_with_its_reason_and_a_retry_of_the_rest(
    page: Page, api: httpx2.Client
) -> None:
    tick(page, "A library with a hole", "Beacon 20 to a new domain")
    page.keyboard.press("s")
    page.get_by_role("dialog").get_by_label("Status").select_option("in_progress")
    page.get_by_role("button", name="Change exactly 2 incidents").click()
    failure = page.locator('[data-failed="vulnerability"]')
    expect(failure).to_contain_text('workflow "vulnerabilities" has no status "in_progress"')
    assert status(api, "alike-20") == "in_progress"
    page.get_by_role("button", name="Try the other 1 again").click()
    page.get_by_role("button", name="Change exactly 1 incident").click()
    expect(failure).to_be_visible()
    assert status(api, "vulnerability") == "reported"
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Untick all").click()
    # What is mine is no news.
    expect(page.locator('tr[data-id="alike-20"]')).to_have_class(re.compile("handled"))
    expect(page.locator("#news")).to_be_hidden()


def test_12_what_conflicted_or_is_gone_is_listed_and_what_was_cut_goes_on(page: Page, api: httpx2.Client) -> None:
    tick(page, *(f"Beacon {number} to a new domain" for number in range(61, 71, 2)))
    api.put("/_im/incidents/alike-61?refresh=true", json={"severity": "low"}).raise_for_status()
    expect(page.locator("#news")).to_have_text("1 changed")
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Note").fill("once, and only once")
    expect(dialog.locator(".plan")).to_contain_text("1 of them were changed by others since the list was loaded.")
    api.delete("/_im/incidents/alike-63?refresh=true").raise_for_status()
    page.route("**/bulkUpdate/byFilter", conflicted_and_cut)
    dialog.get_by_role("button", name="Change exactly 5 incidents").click()
    expect(dialog.locator('[data-result="conflicts"]')).to_contain_text("1")
    expect(dialog.locator('[data-failed="alike-65"]')).to_have_text(
        "Beacon 65 to a new domain version conflict: changing too fast"
    )
    expect(dialog.get_by_role("alert")).to_contain_text("It did not come to its end: the answer ended early.")
    page.unroute("**/bulkUpdate/byFilter")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.locator('[data-result="updated"]')).to_contain_text("4")
    expect(dialog.locator('[data-failed="alike-63"]')).to_contain_text("Beacon 63 to a new domain no longer")
    notes = [api.get(f"/_im/incidents/alike-{number}").json()["note_count"] for number in (61, 65, 67, 69)]
    assert notes == [1, 1, 1, 1]


def conflicted_and_cut(route: Route) -> None:
    """An answer that breaks off behind a conflict, after the gateway has done all of it."""
    done = route.fetch().text().splitlines()
    conflict = {"_id": "alike-65", "status": 409, "error": {"type": "version_conflict", "reason": "changing too fast"}}
    kept = [line for line in done if '"alike-67"' in line or '"alike-69"' in line]
    route.fulfill(body="\n".join([*kept, orjson.dumps(conflict).decode()]) + "\n")


def test_13_on_a_conflict_i_see_who_changed_what_and_my_text_survives(open_page: Open, api: httpx2.Client) -> None:
    page = open_page("?open=alike-30")
    page.locator("#edit").click()
    page.get_by_label("Description").fill("a text that took me an hour")
    api.put("/_im/incidents/alike-30", json={"status": "in_progress"}).raise_for_status()
    page.get_by_role("button", name="Save", exact=True).click()
    conflict = page.locator('[data-kind="conflict"]')
    expect(conflict).to_contain_text(re.compile(r"bob changed .*status from new to in_progress.* ago"))
    expect(page.get_by_label("Description")).to_have_value("a text that took me an hour")
    # It survives the page, too.
    page.reload()
    page.locator("#edit").click()
    expect(page.get_by_label("Description")).to_have_value("a text that took me an hour")
    api.put("/_im/incidents/alike-30", json={"severity": "low"}).raise_for_status()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(conflict).to_contain_text("bob changed severity")
    page.get_by_role("button", name="Write it all the same").click()
    expect(page.locator(".editor")).to_have_count(0)
    kept = api.get("/_im/incidents/alike-30").json()
    assert (kept["description"], kept["status"]) == ("a text that took me an hour", "in_progress")


def test_15_closing_asks_for_status_and_note_in_one_dialog(page: Page, api: httpx2.Client) -> None:
    page.locator('tr[data-id="alike-41"]').focus()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Status")).to_have_value("resolved")
    dialog.get_by_role("button", name="Change", exact=True).click()
    assert dialog.get_by_label("Note").evaluate("field => field.validity.valueMissing")
    dialog.get_by_label("Note").fill("a false alarm")
    dialog.get_by_role("button", name="Change", exact=True).click()
    expect(page.locator('tr[data-id="alike-41"]')).to_have_class(re.compile("handled"))
    closed = api.get("/_im/incidents/alike-41").json()
    assert (closed["status"], closed["comment"], closed["note_count"]) == ("resolved", "a false alarm", 1)
