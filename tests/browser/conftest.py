"""A real browser before a real gateway: what every page of the tests has, and what none of them may say."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import orjson
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gateway.dialects.settings import load
from tests.browser.chromium import launched
from tests.browser.incidents import WORKFLOWS, fill
from tests.serving import serving

ZONE = "Europe/Berlin"

PATIENCE = float(os.environ.get("BROWSER_PATIENCE", "60")) * 1000

expect.set_options(timeout=PATIENCE)

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; there is no run without one."""
    with launched() as opened:
        yield opened


@pytest.fixture(scope="module")
def gateway(
    opensearch_url: str, new_tenant: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a gateway that asks for no key, with incidents to look at."""
    workflows = tmp_path_factory.mktemp("gateway") / "workflows.json"
    workflows.write_bytes(orjson.dumps(WORKFLOWS))
    with serving(load(opensearch_url=opensearch_url, default_tenant=new_tenant(), workflows=workflows)) as url:
        with httpx2.Client(base_url=url, timeout=60) as client:
            fill(client)
        yield url


@pytest.fixture
def api(gateway: str) -> Iterator[httpx2.Client]:
    """Somebody else who works on the same incidents."""
    with httpx2.Client(base_url=gateway, timeout=60, headers={"User-ID": "bob"}) as client:
        yield client


@pytest.fixture
def context(browser: Browser, gateway: str) -> Iterator[BrowserContext]:
    """A person's browser, empty."""
    opened = browser.new_context(
        base_url=gateway,
        locale="en-GB",
        timezone_id=ZONE,
        viewport={"width": 1280, "height": 900},
        reduced_motion="reduce",
    )
    opened.grant_permissions(["clipboard-read", "clipboard-write"], origin=gateway)
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def open_page(context: BrowserContext) -> Iterator[Open]:
    """Opens pages of the console; none may break a rule of its content security policy or fail in its code."""
    said: list[str] = []
    pages: list[Page] = []

    def opened(words: str = "", *, name: str | None = "alice") -> Page:
        page = context.new_page()
        pages.append(page)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if _is_fault(message) else None)
        if name:
            page.add_init_script(f"sessionStorage.setItem('incident-gateway-name', '{name}')")
        page.goto(f"/console{words}")
        return page

    yield opened
    for each in pages:
        # A page that is left gives its point in time back; one whose browser is ended cannot.
        each.goto("/healthz")
    assert said == []


@pytest.fixture
def page(open_page: Open) -> Page:
    """The console as it begins, once its rows are there."""
    opened = open_page()
    expect(opened.locator(".incidents tbody tr").first).to_be_visible()
    return opened


def _is_fault(message: Any) -> bool:
    """Whether the browser complains of the page, rather than of an answer that the page shows."""
    return message.type in {"error", "warning"} and "Failed to load resource" not in message.text
