"""Prose that is kept true: what the pages show is run, and what they list is what there is."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.dialects import DIALECTS
from gateway.settings import PREFIX, Settings
from tests.serving import ROOT, path_with_curl, serving

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "dialects").glob("*.md"))]
EXAMPLES = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = 'set -eu; curl() { command curl -sS --fail-with-body --max-time 30 "$@"; echo; }\n'


@pytest.fixture(scope="module")
def gateway_url(opensearch_url: str) -> Iterator[str]:
    """A gateway on a socket, without keys."""
    with serving(Settings(opensearch_url=opensearch_url)) as url:
        yield url


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_example_of_a_page_runs_as_it_stands(page: Path, gateway_url: str, tenant: str, tmp_path: Path) -> None:
    """All blocks of a page are one shell session; each curl must be answered with a success."""
    blocks = EXAMPLES.findall(page.read_text())
    assert blocks, f"{page.name} shows nothing that runs"
    script = SHELL + "\n".join(blocks)
    environment = {"PATH": path_with_curl(tmp_path), "GATEWAY": gateway_url, "HOME": str(tmp_path), "TENANT": tenant}
    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_every_setting_stands_in_the_operating_page_as_it_is_described() -> None:
    page = (ROOT / "docs" / "operating.md").read_text()
    for name, field in Settings.model_fields.items():
        described = str(field.description).replace("|", "\\|")
        assert re.search(rf"^\| `{PREFIX}{name.upper()}` \| .* \| {re.escape(described)} \|$", page, re.MULTILINE), name


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_every_operation_stands_on_its_dialects_page(dialect: object) -> None:
    named = next(each for each in DIALECTS if each is dialect)
    page = (ROOT / "docs" / "dialects" / f"{named.name}.md").read_text()
    missing = [
        f"{each.method} {named.path_of(each)}"
        for each in named.operations
        if f"`{each.method} {named.path_of(each)}`" not in page
    ]
    assert missing == []
