"""A list that is longer than a search without a point in time can reach."""

import csv
import io
import re
from collections.abc import Callable, Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, expect

from gateway.dialects.settings import load
from tests.browser.incidents import make
from tests.serving import serving

MANY = 10_050
SLICE = 5025


@pytest.fixture(scope="module")
def gateway(opensearch_url: str, new_tenant: Callable[[], str]) -> Iterator[str]:
    """The address of a gateway with so many incidents."""
    with serving(load(opensearch_url=opensearch_url, default_tenant=new_tenant())) as url:
        with httpx2.Client(base_url=url, timeout=300) as client:
            for first in range(0, MANY, SLICE):
                make(client, [{"title": f"Row {first + number}"} for number in range(SLICE)])
        yield url


def test_19_row_10_001_can_be_reached_and_the_csv_is_complete(browser: Browser, gateway: str) -> None:
    page = browser.new_page(base_url=gateway, locale="en-GB", timezone_id="UTC")
    page.goto("/console?columns=title,numeric_id&sort=numeric_id:asc")
    expect(page.locator("#total b")).to_have_text("10,050 incidents")
    page.locator("#row").fill("10001")
    page.keyboard.press("Enter")
    expect(page.locator(".incidents tbody tr").first).to_contain_text("Row 10000")
    expect(page.locator("#place")).to_have_text(re.compile(r"^10,001.10,050 of 10,050$"))
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    expect(page.get_by_role("dialog")).to_contain_text("10,050 incidents saved; the file is complete.")
    rows = list(csv.reader(io.StringIO(download.value.path().read_text())))
    assert rows[0][3:] == ["title", "numeric_id"]
    assert [row[3] for row in rows[1:]] == [f"Row {number}" for number in range(MANY)]
    page.goto("/healthz")
    page.context.close()


def test_19_a_csv_that_is_cut_says_so(browser: Browser, gateway: str) -> None:
    page = browser.new_page(base_url=gateway, locale="en-GB", timezone_id="UTC")
    page.route(
        "**/incidents/export",
        lambda route: route.fulfill(body='_id,title\r\na,A\r\n_status,"{""complete"":false}"\r\n'),
    )
    page.goto("/console")
    expect(page.locator("#total b")).to_have_text("10,050 incidents")
    page.get_by_role("button", name="Export").click()
    page.get_by_role("button", name="CSV").click()
    expect(page.get_by_role("dialog")).to_contain_text("The file is cut")
    page.goto("/healthz")
    page.context.close()
