"""Charts and the overview: what they are of, from zero, and what they filter."""

import re

import orjson
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.incidents import CLOSED, OPEN


def chart(page: Page, name: str) -> str:
    """What a chart says it is of."""
    return page.get_by_role("region", name=name, exact=True).locator("header p").inner_text()


def test_17_charts_state_what_they_are_of_begin_at_zero_filter_the_list_and_have_a_table(page: Page) -> None:
    started = page.get_by_role("region", name="Started", exact=True)
    expect(started.locator("header p")).to_contain_text(
        f"Last 30 days · {OPEN} in all · 1 filter · by day · Europe/Berlin"
    )
    expect(started.locator(".scale span").last).to_have_text("0")
    started.get_by_text("As a table").click()
    rows = started.locator("tbody tr td").all_inner_texts()
    assert sum(int(each) for each in rows) == OPEN
    bar = started.get_by_role("button", name=re.compile("Show only these")).last
    total = re.search(r": (\d+)\.", str(bar.get_attribute("aria-label")))
    assert total
    bar.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#total b")).to_have_text(re.compile(f"^{total[1]} incidents?$"))
    page.get_by_role("button", name=re.compile("^Critical: ")).click()
    expect(page.locator(".chip").last).to_have_text("Severity is Critical")
    expect(page.locator("#total b")).to_have_text(re.compile(r"^\d+ incidents?$"))


def test_18_attack_counts_techniques_and_sub_techniques_apart_filters_and_exports_a_layer(open_page: Open) -> None:
    page = open_page("?page=overview&f=")
    attack = page.get_by_role("region", name="ATT&CK", exact=True)
    expect(attack.locator("header p")).to_contain_text(re.compile(r"\d+ techniques?, \d+ sub-techniques?"))
    with page.expect_download() as download:
        attack.get_by_role("button", name="Navigator layer").click()
    layer = orjson.loads(download.value.path().read_bytes())
    assert (layer["domain"], layer["versions"]["layer"]) == ("enterprise-attack", "4.5")
    assert {"T1071.001", "T1071"} <= {each["techniqueID"] for each in layer["techniques"]}
    attack.get_by_role("button", name=re.compile("^T1566.001 ")).first.click()
    expect(page.locator(".chip").last).to_contain_text("T1566.001")
    expect(page.locator("#total b")).to_have_text("63 incidents")


def test_the_overview_says_how_long_it_takes_beside_the_period_before(open_page: Open) -> None:
    page = open_page("?page=overview&from=now-2d")
    tiles = page.locator(".tile-box")
    expect(tiles).to_have_count(3)
    expect(tiles.nth(1)).to_contain_text(f"of {CLOSED}")
    expect(tiles.nth(2).locator(".figure")).to_have_text("1 h")
    expect(tiles.nth(2)).to_contain_text("in the period before")
