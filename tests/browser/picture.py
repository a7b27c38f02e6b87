"""The picture of the console: the demo's incidents, loaded into an empty tenant, as the queue shows them.

`python -m tests.browser.picture docs/console.png`
"""

import asyncio
import sys
import uuid
from pathlib import Path

from playwright.sync_api import ViewportSize

from gateway.client import Target, calling
from gateway.demo.loading import go_on, load_of
from gateway.dialects.settings import load
from tests.browser.chromium import launched
from tests.cluster import running_opensearch
from tests.serving import serving

INCIDENTS = 2000
SIZE: ViewportSize = {"width": 1280, "height": 800}


def main(target: Path) -> None:
    """Makes the picture."""
    tenant = f"picture-{uuid.uuid4().hex[:8]}"
    with running_opensearch() as engine, serving(load(opensearch_url=engine, default_tenant=tenant)) as url:
        asyncio.run(_load(url, tenant))
        _take(f"{url}/console", target)


async def _load(url: str, tenant: str) -> None:
    async with calling(Target(url, tenant=tenant)) as caller:
        async for _ in go_on(caller, await load_of(caller, INCIDENTS)):
            pass


def _take(url: str, target: Path) -> None:
    with launched() as browser:
        page = browser.new_page(viewport=SIZE, locale="en-GB", timezone_id="Europe/Berlin", color_scheme="light")
        page.goto(url)
        page.wait_for_selector(".widgets .panel-box")
        page.wait_for_selector(".incidents tbody tr")
        page.screenshot(path=target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
