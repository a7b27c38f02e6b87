"""Prose that is kept true: what the pages show is run, and what they list is what there is."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.dialects.dialect import Dialect
from gateway.dialects.settings import Settings
from gateway.settings import PREFIX
from tests.contracts.examples.tables import EACH_DIALECT, named
from tests.serving import ROOT, search_path, serving

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "dialects").glob("*.md"))]
EXAMPLES = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = 'set -eu; curl() { command curl -sS --fail-with-body --max-time 60 "$@"; echo; }\n'


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
    environment = {"PATH": search_path(tmp_path), "GATEWAY": gateway_url, "HOME": str(tmp_path), "TENANT": tenant}
    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_every_setting_stands_in_the_operating_page_as_it_is_described() -> None:
    page = (ROOT / "docs" / "operating.md").read_text()
    for name, field in Settings.model_fields.items():
        described = str(field.description).replace("|", "\\|")
        assert re.search(rf"^\| `{PREFIX}{name.upper()}` \| .* \| {re.escape(described)} \|$", page, re.MULTILINE), name


@EACH_DIALECT
def test_every_operation_stands_on_its_dialects_page_with_the_scope_that_it_wants(dialect: Dialect) -> None:
    page = (ROOT / "docs" / "dialects" / f"{dialect.name}.md").read_text()
    rows = [f"| `{named(dialect, each)}` | {each.scope} |" for each in dialect.operations]
    assert [row for row in rows if row not in page] == []
