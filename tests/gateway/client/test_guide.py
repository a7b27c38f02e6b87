"""The guide's examples do what they say, as they stand."""

import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import httpx2
import playwright
import pytest

from tests.serving import ROOT, search_path

BLOCKS = dict(
    re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "docs" / "clients.md").read_text(), re.MULTILINE | re.DOTALL)
)
# The browser's driver brings a Node of its own, wherever there is none.
NODE = str(Path(playwright.__file__).with_name("driver") / "node")
SHELL = 'set -eu; curl() { command curl -sS --fail-with-body --max-time 60 "$@"; echo; }\n'


@pytest.fixture
def environment(gateway_url: str, tenant: str, tmp_path: Path) -> dict[str, str]:
    """Where the examples find the gateway, and from where on they follow changes."""
    answer = httpx2.get(f"{gateway_url}/_im/incidents/changes?wait=0", headers={"X-Scope-OrgID": tenant}, timeout=60)
    path = {"PATH": search_path(tmp_path), "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    return {**path, "GATEWAY": gateway_url, "TENANT": tenant, "AFTER": answer.json()["next"]}


def said(environment: dict[str, str], *command: str) -> str:
    """What a program says; it must end well."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_in_python(environment: dict[str, str]) -> None:
    lines = said(environment, sys.executable, "-c", BLOCKS["python"]).splitlines()
    assert lines[:2] == ["0 failed, 2500 are open", "closing 2500 []"]
    # Parts of a bulk are written side by side; which of them is told of first nobody says.
    told = [re.search(r"created py-(\d+)$", line) for line in lines[2:]]
    assert len({int(each[1]) for each in told if each} & set(range(2500))) == len(told) == 2


def test_in_javascript(environment: dict[str, str]) -> None:
    printed = said(environment, NODE, "--input-type=module", "-e", BLOCKS["js"])
    made, *pages = printed.splitlines()[:3]
    assert (made, pages) == ("false", ["1000", "500"])
    assert "1500 {\n  complete: true,\n  total: 1500,\n  updated: 1500," in printed
    assert re.search(r"^[1-9]\d* \S+$", printed.splitlines()[-1])


def test_with_curl(environment: dict[str, str]) -> None:
    made, *_, told = said(environment, "bash", "-c", SHELL + BLOCKS["sh"]).splitlines()
    assert '"errors":false' in made
    assert '"kind":"created"' in told


def test_what_it_answers_has_types_for_those_who_check_them() -> None:
    assert (files("gateway") / "py.typed").is_file()
