"""Charts and the overview: what they are of, from zero, and what they filter."""

import re

import orjson
import pytest
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
    started.get_by_role("button", name="Started, as a table").click()
    rows = started.locator("tbody tr td:nth-of-type(1)").all_inner_texts()
    assert sum(int(each) for each in rows) == OPEN
    page.keyboard.press("Escape")
    bar = started.get_by_role("button", name=re.compile("Show only these")).last
    total = re.search(r": (\d+),", str(bar.get_attribute("aria-label")))
    assert total
    bar.focus()
    expect(started.locator(".readout")).to_contain_text(f": {total[1]} · ")
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
    expect(tiles.nth(1)).to_contain_text(f"Of {CLOSED}", use_inner_text=True)
    expect(tiles.nth(2).locator(".figure b")).to_have_text("1 h")
    expect(tiles.nth(2)).to_contain_text("in the period before")


LABELS = """async steps => {
  const { timeLabels } = await import("/console/axis.js");
  const end = Date.now();
  return steps.map(([seconds, columns]) => {
    const at = place => new Date(end - (columns - place) * seconds * 1000).toISOString();
    const labels = timeLabels(Array.from({ length: columns }, (_, place) => ({ start: at(place) })));
    const gaps = labels.slice(1).map((each, place) => each.place - labels[place].place);
    return [labels.length, Math.min(1, ...gaps)];
  });
}"""
MINUTE, HOUR, DAY = 60, 3600, 86_400
STEPS = [(MINUTE, 15), (MINUTE, 61), (5 * MINUTE, 49), (15 * MINUTE, 24), (HOUR, 25), (3 * HOUR, 57), (3 * HOUR, 90),
         (DAY, 1), (DAY, 31), (DAY, 91), (7 * DAY, 53), (30.4 * DAY, 61), (91 * DAY, 80), (365 * DAY, 92)]  # fmt: skip


def test_an_axis_has_few_labels_with_room_between_them_at_every_step(page: Page) -> None:
    for step, (number, gap) in zip(STEPS, page.evaluate(LABELS, STEPS), strict=True):
        assert (step, 1 <= number <= 8, gap > 0.08) == (step, True, True)


RANGES = {"now-1h": "by 1m ·", "now-1M/M": "by day ·", "now-5y": "by month ·", "": "by 3h ·"}


@pytest.mark.parametrize(("start", "step"), RANGES.items(), ids=RANGES)
def test_labels_of_an_axis_do_not_meet_in_either_width(open_page: Open, start: str, step: str) -> None:
    page = open_page(f"?page=overview&f=&from={start}&to={'now' if start else ''}")
    expect(page.locator("#attack")).to_be_visible()
    assert step in chart(page, "Started, by severity")
    for width in (1280, 400):
        page.set_viewport_size({"width": width, "height": 900})
        boxes = [box for each in page.locator(".axis-labels span:visible").all() if (box := each.bounding_box())]
        ends = [0, *(box["x"] + box["width"] for box in boxes)]
        assert (width, [box["x"] for box, end in zip(boxes, ends, strict=False) if box["x"] < end]) == (width, [])
        assert ends[-1] <= width


def test_charts_fold_to_a_line_that_still_filters_and_stay_so(page: Page) -> None:
    page.get_by_role("button", name="Fold the charts").click()
    page.reload()
    expect(page.get_by_role("button", name="Unfold the charts")).to_be_visible()
    expect(page.locator(".widgets .panel-box")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Critical: ")).click()
    expect(page.locator(".chip").last).to_have_text("Severity is Critical")
