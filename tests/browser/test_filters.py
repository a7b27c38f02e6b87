"""The filter bar: suggestions, what is typed, ranges, columns, and the query itself."""

import re

import httpx2
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.incidents import make


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
    page.keyboard.type("sev")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    # Faster than its suggestions: what is typed is meant, not what was marked a moment before.
    page.keyboard.type("erity:high")
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_text(
        ["State is Open or In progress", "Severity is not Info", "Severity is High"]
    )


def test_words_numbers_and_patterns_filter_as_they_are_typed(open_page: Open) -> None:
    page = open_page("?f=")
    for text, total, chip in TYPED:
        page.locator("#filter").fill(text)
        page.keyboard.press("Enter")
        expect(page.locator(".chip").first).to_have_text(chip)
        expect(page.locator("#total")).to_contain_text(total)
        page.locator(".chip button").first.click()
        expect(page.locator("#total")).to_contain_text("254 incidents")
    for bound in ("score:>=90", "score:<95"):
        page.locator("#filter").fill(bound)
        page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_text(["Score is >=90", "Score is <95"])
    expect(page.locator("#total")).to_contain_text("10 incidents")


TYPED = (
    ("beacon 17", "1 incident ", "“beacon 17”"),
    ("score:>=95", "10 incidents", "Score is >=95"),
    ("score:10..14", "17 incidents", "Score is 10..14"),
    ("score:>=10,<=14", "17 incidents", "Score is >=10 and <=14"),
    ("started_at:>=now-90m", "4 incidents", "Started at is >=now-90m"),
    ("host:SRV-3*", "36 incidents", "Host is SRV-3*"),
    ("-host:srv-3,srv-4", "182 incidents", "Host is not srv-3 or srv-4"),
    ("http://beacon.example/a?b=c", "0 incidents", "“http://beacon.example/a?b=c”"),
)

# fmt: off
VALUES = (
    "a b", "a,b", 'say "so"', "*", "a*", ">=5", "a..b", "C:\\Users\\x", "日本語 🙂", "x:y", "<b>b</b>", "50%2C",
    "l" * 300,
)
# fmt: on


def test_any_value_is_suggested_and_filtered_as_it_stands(open_page: Open, api: httpx2.Client) -> None:
    make(api, [{"title": "odd", "status": "closed", "oddity": value} for value in VALUES])
    page = open_page("?f=&text=odd")
    for value in VALUES:
        expect(page.locator("#total")).to_contain_text(f"{len(VALUES)} incidents")
        page.locator("#filter").fill(f'oddity:"{value[:3]}')
        page.get_by_role("option").filter(has=page.get_by_text(value, exact=True)).first.click()
        expect(page.locator("#total")).to_contain_text("1 incident ")
        expect(page.locator(".chip").last).to_have_text(f"Oddity is {value}")
        page.go_back()


def test_of_two_filters_the_last_one_wins_whatever_comes_first(page: Page) -> None:
    late: list[Route] = []
    page.route("**/_im/incidents_full_types", lambda route: late.append(route) if not late else route.continue_())
    for text in ("severity:high", "severity:critical"):
        with page.expect_request("**/_im/incidents_full_types"):
            page.locator("#filter").fill(text)
            page.keyboard.press("Enter")
    expect(page.locator("#total")).to_contain_text("48 incidents")
    with page.expect_response("**/_im/incidents_full_types"):
        late[0].continue_()
    expect(page.locator(".incidents .severity").first).to_have_text("Critical")
    assert set(page.locator(".incidents .severity").all_inner_texts()) == {"Critical"}


def test_what_is_filtered_in_the_overview_is_filtered_in_the_queue(page: Page) -> None:
    page.get_by_role("link", name="Overview").click()
    page.locator("#filter").fill("severity:critical")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Queue").click()
    expect(page.locator("#total")).to_contain_text("48 incidents")
    expect(page.locator(".incidents .severity").first).to_have_text("Critical")


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


def test_a_refused_query_is_marked_at_its_place(open_page: Open) -> None:
    page = open_page("?dsl=%7Bnot")
    box, problem = page.get_by_label("Query in OpenSearch DSL"), page.locator("#dsl-problem")
    expect(problem).to_have_text("Line 1, column 2: this is no JSON from here on.")
    for query, said, marked in REFUSED.values():
        box.fill(query)
        page.keyboard.press("Control+Enter")
        expect(problem).to_contain_text(said)
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
    # A time without a zone is of the zone that times are shown in, and a day all of it.
    page.get_by_role("textbox", name="From").fill("2026-01-01 01:00")
    page.get_by_role("textbox", name="To", exact=True).fill("2026-01-02")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#range")).to_have_text("1 Jan 2026, 01:00:00 CET to 2 Jan 2026, 23:59:59 CET")
    page.get_by_role("button", name="Times in UTC").click()
    expect(page.locator("#range")).to_have_text("1 Jan 2026, 00:00:00 UTC to 2 Jan 2026, 22:59:59 UTC")
    expect(page.locator("#total")).to_contain_text("1 Jan 2026, 00:00:00 UTC to 2 Jan 2026, 22:59:59 UTC")
    expect(page.locator(".rows .notice")).to_have_attribute("data-kind", "empty")


def test_columns_are_chosen_and_moved(page: Page) -> None:
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Find a field").fill("host")
    page.get_by_label("Host", exact=True).check()
    expect(page.get_by_role("columnheader").last).to_have_text("Host")
    page.get_by_role("button", name="Host further left").click()
    expect(page.get_by_role("columnheader").nth(6)).to_have_text("Host")
    expect(page.locator('tr[data-id="alike-3"]')).to_contain_text("srv-3")
