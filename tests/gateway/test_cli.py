import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
from typer.testing import CliRunner, Result

from gateway import attack
from gateway.cli import app
from gateway.settings import load
from tests.serving import serving

GATEWAY = [sys.executable, "-m", "gateway"]
TALL = {"COLUMNS": "200"}
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def gateway_url(opensearch_url: str) -> Iterator[str]:
    """A gateway on a socket, without keys."""
    with serving(load(opensearch_url=opensearch_url)) as url:
        yield url


@pytest.fixture
def run(opensearch_url: str) -> Run:
    """Runs a command with the test's engine, and what is given of the environment, as its settings."""

    def ran(*arguments: str | Path, given: bytes | None = None, **environment: str) -> Result:
        settings = {"GATEWAY_OPENSEARCH_URL": opensearch_url, **TALL, **environment}
        return CliRunner().invoke(app, [str(each) for each in arguments], input=given, env=settings)

    return ran


REFUSED = [
    pytest.param(
        ["serve", "--host", "0.0.0.0"],
        {},
        "auth none serves loopback only, not 0.0.0.0; set GATEWAY_AUTH=keys",
        id="serving everyone without keys",
    ),
    pytest.param(["serve", "--workers", "0"], {}, "setting WORKERS: ", id="serving by no process"),
    pytest.param(["key", "list"], {"GATEWAY_FOO": "1"}, "no setting GATEWAY_FOO; known are ", id="an unknown setting"),
    pytest.param(
        ["serve"], {"GATEWAY_OPENSEARCH_URL": "http://127.0.0.1:1"}, "the engine cannot be reached", id="no engine"
    ),
    pytest.param(
        ["serve"],
        {"GATEWAY_ATTACK_CATALOGUE": "/no/such.json"},
        "setting ATTACK_CATALOGUE: /no/such.json cannot be read: No such file or directory",
        id="a catalogue that is not there",
    ),
    pytest.param(["demo", "--tenant", "No"], {}, 'tenant: "No" cannot be a tenant', id="a demo for no tenant"),
    pytest.param(
        ["demo"],
        {"GATEWAY_AUTH": "keys"},
        "the demo serves loopback without keys; unset GATEWAY_AUTH, which is keys",
        id="a demo with keys",
    ),
    pytest.param(
        ["demo", "--data-dir", "d", "--port", "0"],
        {},
        "--data-dir is for the demo's own OpenSearch, and GATEWAY_OPENSEARCH_URL names another",
        id="a data directory for somebody else's engine",
    ),
    pytest.param(
        ["engine", "--port", "9300", "--data-dir", "{tmp}"],
        {},
        "port 9300 is above 9299, the highest that the embedded engine can take",
        id="an engine on too high a port",
    ),
    pytest.param(
        ["key", "create", "--tenant", "t", "--name", "n", "--scope", "reed"],
        {},
        'no scope "reed"; there are read, write, delete, admin',
        id="a key for an unknown scope",
    ),
    pytest.param(
        ["key", "create", "--tenant", "T", "--name", "n", "--scope", "read"],
        {},
        '--tenant: "T" cannot be a tenant',
        id="a key for no tenant",
    ),
    pytest.param(
        ["key", "create", "--tenant", "t", "--name", "n", "--scope", "read", "--expires", "soon"],
        {},
        '--expires: "soon" is not a time',
        id="a key until no time",
    ),
    pytest.param(
        ["key", "create", "--tenant", "t", "--name", "n", "--scope", "read", "--expires", "2020-01-01"],
        {},
        "--expires: 2020-01-01 is over",
        id="a key that has ended",
    ),
    pytest.param(["key", "revoke", "0123456789abcdef"], {}, 'no key "0123456789abcdef"', id="a key that is not there"),
    pytest.param(
        ["attack", "import", "bundle.json"],
        {},
        "set GATEWAY_ATTACK_CATALOGUE to the file that is to hold the catalogue",
        id="a catalogue for nowhere",
    ),
    pytest.param(
        ["attack", "import", "/no/such.json"],
        {"GATEWAY_ATTACK_CATALOGUE": "{tmp}/c.json"},
        "/no/such.json cannot be read: No such file or directory",
        id="a bundle that is not there",
    ),
    pytest.param(["explain", "/no/such"], {}, "/no/such: No such file or directory", id="no search to explain"),
    pytest.param(["explain", '{"size": }'], {}, "the search is not JSON: ", id="a search that is not JSON"),
    pytest.param(["explain", '{"sise": 1}'], {}, 'sise: no parameter "sise" here', id="a misspelt search"),
    pytest.param(
        ["explain", '{"search_query": {"script": {}}}'],
        {},
        'search_query.script: the query "script" is not allowed',
        id="a search that the guard refuses",
    ),
    pytest.param(
        ["explain", '{"after": "x"}'],
        {},
        '"after" means something to a running gateway only; leave it out',
        id="a cursor that only a gateway can read",
    ),
    pytest.param(
        ["explain", "{}", "--column", "title:number"],
        {},
        "--column is a custom field and its type (text, number, boolean, object), as name:type; not title:number",
        id="a typed field given another type",
    ),
    pytest.param(["bulk-update", "/no/such"], {}, "/no/such: No such file or directory", id="no changes"),
    pytest.param(
        ["bulk-update", "-", "--url", "http://127.0.0.1:1"],
        {},
        "nobody listens on port 1 of 127.0.0.1",
        id="changes for nobody",
    ),
    pytest.param(
        ["export", "--url", "gateway"], {}, "gateway/_im/incidents/pit is no address of a gateway", id="no address"
    ),
    pytest.param(
        ["export", "--field", "risk:3"],
        {},
        '--field is name:type:value, the type one of number, text, select, multiselect; not "risk:3"',
        id="a filter without a type",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "environment", "sentence"), REFUSED)
def test_what_cannot_be_done_is_told_in_one_sentence(
    arguments: list[str], environment: dict[str, str], sentence: str, run: Run, tmp_path: Path
) -> None:
    said = {name: value.format(tmp=tmp_path) for name, value in environment.items()}
    told = run(*(each.replace("{tmp}", str(tmp_path)) for each in arguments), **said)
    lines = [each for each in told.stderr.splitlines() if each != "starting OpenSearch"]
    assert (told.exit_code, told.stdout, len(lines)) == (2, "", 1)
    assert sentence in lines[0]
    assert lines[0].startswith("incident-gateway: ")


def test_templates_are_applied_once(run: Run) -> None:
    assert run("templates", "apply").exit_code == 0
    again = run("templates", "apply", "--json")
    assert (again.exit_code, orjson.loads(again.stdout)) == (0, [])


def test_a_key_is_made_used_listed_and_revoked(run: Run, opensearch_url: str, tenant: str) -> None:
    closed = {"GATEWAY_PROVISION": "false"}
    scopes = ["--scope", "write", "--scope", "read"]
    made = run("key", "create", "--tenant", tenant, "--name", "ci", *scopes, "--expires", "90d", **closed)
    token = made.stdout.strip()
    [key] = orjson.loads(run("key", "list", "--tenant", tenant, "--json").stdout)
    assert made.stderr == f'key {key["id"]} "ci" of tenant {tenant}: read, write\n'
    assert (key["name"], key["tenant"], key["scopes"]) == ("ci", tenant, ["read", "write"])
    assert key["id"] in run("key", "list", "--tenant", tenant).stdout
    settings = load(opensearch_url=opensearch_url, auth="keys", key_cache=0, provision=False)
    with serving(settings) as url:
        one = b'{"title": "disk full"}\n'
        assert run("bulk-create", "-", "--url", url, given=one, INCIDENT_GATEWAY_KEY=token).exit_code == 0
        assert run("key", "revoke", key["id"]).exit_code == 0
        refused = run("bulk-create", "-", "--url", url, "--key", token, given=one)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "the gateway answered 401: the key is missing, unknown, expired or revoked" in refused.stderr


def test_a_bundle_becomes_the_catalogue(run: Run, tmp_path: Path) -> None:
    bundle, catalogue = tmp_path / "bundle.json", tmp_path / "catalogue.json"
    bundle.write_bytes(orjson.dumps({"objects": _bundle()}))
    done = run("attack", "import", bundle, "--version", "18", "--json", GATEWAY_ATTACK_CATALOGUE=str(catalogue))
    told = {"file": str(catalogue), "version": "v18", "domain": "enterprise", "tactics": 1, "techniques": 1}
    assert (done.exit_code, orjson.loads(done.stdout)) == (0, told)
    assert [each.id for each in attack.load(catalogue).techniques] == ["T1110"]


def _bundle() -> list[dict[str, Any]]:
    phase = {"kill_chain_name": "mitre-attack", "phase_name": "credential-access"}
    matrix = {"type": "x-mitre-matrix", "id": "m", "name": "Enterprise", "tactic_refs": ["t"]}
    tactic = {
        "type": "x-mitre-tactic",
        "id": "t",
        "name": "Credential Access",
        "x_mitre_shortname": phase["phase_name"],
    }
    technique = {"type": "attack-pattern", "id": "p", "name": "Brute Force", "kill_chain_phases": [phase]}
    known = [{"source_name": "mitre-attack", "external_id": each} for each in ("TA0006", "T1110")]
    return [
        matrix,
        {**tactic, "external_references": known[:1]},
        {**technique, "external_references": known[1:]},
    ]


def test_explain_shows_what_a_gateway_would_ask(run: Run, gateway_url: str, tenant: str) -> None:
    one = b'{"title": "disk full", "risk": 7}\n'
    assert run("bulk-create", "-", "--url", gateway_url, "--tenant", tenant, given=one).exit_code == 0
    search = {
        "search_query": {"match": {"title": "disk"}},
        "additional_fields": [{"name": "risk", "type": "number", "value": {"gte": "5"}}],
        "start_time": "2026-01-01",
        "end_time": "2026-11-30",
        "sort": [{"field": "severity", "order": "asc"}],
        "from": 10,
        "fields": ["title", "risk"],
        "with_total_docs": True,
        "is_show_aggs": False,
    }
    address, asked = f"{gateway_url}/_im/incidents_full_types", search | {"explain": True}
    ran = httpx2.post(address, json=asked, headers={"X-Scope-OrgID": tenant}).raise_for_status().json()["explain"]
    text = orjson.dumps(search)
    named = ["--column", "risk:number", "--tenant", tenant]
    assert orjson.loads(run("explain", "-", *named, given=text).stdout) == ran
    assert run("explain", text.decode(), *named, "--json").stdout == orjson.dumps(ran).decode() + "\n"


@pytest.mark.parametrize(
    ("workers", "stop"),
    [
        pytest.param(2, signal.SIGTERM, id="two processes by SIGTERM"),
        pytest.param(1, signal.SIGINT, id="one process by Ctrl-C"),
    ],
)
def test_a_served_gateway_ends_and_leaves_nothing(
    workers: int, stop: signal.Signals, opensearch_url: str, tmp_path: Path
) -> None:
    environment = {**os.environ, "GATEWAY_OPENSEARCH_URL": opensearch_url, "TMPDIR": str(tmp_path)}
    command = [*GATEWAY, "serve", "--port", "0", "--workers", str(workers)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, start_new_session=True) as served:
        assert served.stderr
        logged = (orjson.loads(line) for line in served.stderr)
        url = next(line["url"] for line in logged if line["event"] == "serving")
        counted = _counted(url, requests=8)
        served.send_signal(stop)
        events = [line["event"] for line in logged]
    processes = [int(pid) for pid in re.findall(r"Started server process \[(\d+)\]", "\n".join(events))]
    assert (counted, len(processes), events.count("Application shutdown complete.")) == (8, workers, workers)
    assert (served.returncode, list(tmp_path.iterdir())) == (0, [])
    assert not any(_is_alive(each) for each in processes)


def _counted(url: str, requests: int) -> float:
    """How many requests the gateway counted, whichever of its processes answered which."""
    for _ in range(requests):
        httpx2.get(f"{url}/healthz", timeout=30).raise_for_status()
    series = httpx2.get(f"{url}/metrics", timeout=30).raise_for_status().text
    line = r'gateway_requests_total\{dialect="gateway",method="GET",route="/healthz",status="200"\} (\S+)'
    return sum(float(each) for each in re.findall(line, series))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
