"""The README's lines for a terminal, each run as it stands; what a container would run is run here."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from gateway.dialects.settings import load
from tests.serving import ROOT, search_path, serving

BLOCKS = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LOCAL = "http://127.0.0.1:8000"
# `docker compose exec -T gateway` runs what follows; whatever else Compose is asked, there is nothing to do here.
CONTAINER = 'set -eu; docker() { [ "$1 $2 $3 $4" != "compose exec -T gateway" ] || { shift 4; "$@"; }; }\n'


def block(word: str) -> str:
    """The one block in which the word stands."""
    [found] = [each for each in BLOCKS.findall((ROOT / "README.md").read_text()) if word in each]
    return str(found)


def run(script: str, folder: Path, **environment: str) -> str:
    """What the script says; it must end well."""
    path = f"{Path(sys.executable).parent}:{search_path(folder)}"
    given = {"PATH": path, "HOME": str(folder), **environment}
    # With something after the last command the shell stays its parent, from which a command finds out what shell it is.
    whole = f"set -e\n{script}\nexit 0"
    done = subprocess.run(["bash", "-c", whole], cwd=folder, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_a_key_is_made_in_the_container_and_opens_the_gateway(opensearch_url: str, tmp_path: Path) -> None:
    lines = block("docker compose").replace("curl ", "curl -sS --fail-with-body ")
    with serving(load(opensearch_url=opensearch_url, auth="keys")) as url:
        script = CONTAINER + lines.replace(LOCAL, url)
        said = run(script, tmp_path, GATEWAY_OPENSEARCH_URL=opensearch_url, GATEWAY_AUTH="keys")
    assert '"docs":' in said


def test_the_settings_of_the_container_are_settings() -> None:
    text = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", (ROOT / "compose.yaml").read_text())
    given = re.findall(r"^ +GATEWAY_(\w+): (\S+)$", text, re.MULTILINE)
    settings = load(**{name.lower(): value for name, value in given})
    assert (*settings.auth, settings.opensearch_url, settings.port) == ("keys", "http://opensearch:9200", 8000)


@pytest.fixture(scope="module")
def gateway_url(opensearch_url: str) -> Iterator[str]:
    """A gateway without keys."""
    with serving(load(opensearch_url=opensearch_url)) as url:
        yield url


@pytest.mark.parametrize("line", block("incident-gateway search").splitlines())
def test_the_command_line_is_a_client(line: str, gateway_url: str, tenant: str, tmp_path: Path) -> None:
    made = {"title": "an intrusion", "severity": "critical"}
    address, headers = f"{gateway_url}/_im/incidents/INTRUSION-1?refresh=true", {"X-Scope-OrgID": tenant}
    httpx2.post(address, json=made, headers=headers, timeout=60).raise_for_status()
    where = "" if line.endswith("-completion") else f" --url {gateway_url} --tenant {tenant}"
    said = run(line + where, tmp_path, COLUMNS="200")
    assert said or "an intrusion" in (tmp_path / "incidents.csv").read_text()
