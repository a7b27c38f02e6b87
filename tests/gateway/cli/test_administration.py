from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from typer.testing import Result

from gateway import attack
from gateway.dialects.settings import load
from tests.serving import serving

Run = Callable[..., Result]


def test_templates_are_applied_once(run: Run) -> None:
    assert run("templates", "apply").exit_code == 0
    again = run("templates", "apply", "--json")
    assert (again.exit_code, orjson.loads(again.stdout)) == (0, [])


def test_a_key_is_made_used_listed_and_revoked(run: Run, opensearch_url: str, tenant: str) -> None:
    closed = {"GATEWAY_PROVISION": "false"}
    scopes = ["--scope", "write", "--scope", "incident.READ"]
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


def test_a_key_gets_a_new_token(run: Run, opensearch_url: str, tenant: str) -> None:
    made = run("key", "create", "--tenant", tenant, "--name", "ci", "--scope", "read", "--json")
    key = orjson.loads(made.stdout)
    rotated = run("key", "rotate", key["id"], "--json")
    assert orjson.loads(rotated.stdout) == key | {"token": orjson.loads(rotated.stdout)["token"]}
    tokens = [orjson.loads(each.stdout)["token"] for each in (made, rotated)]
    with serving(load(opensearch_url=opensearch_url, auth="keys", key_cache=0)) as url:
        assert [run("search", "--url", url, "--key", each).exit_code for each in tokens] == [2, 0]
    told = run("key", "rotate", key["id"], "--keep", "1d")
    assert told.stderr == f'key {key["id"]} "ci" of tenant {tenant} has a new token\n'
    assert told.stdout.startswith(f"igk_{key['id']}_")


def test_what_is_done_with_keys_is_audited(run: Run, tenant: str, tmp_path: Path) -> None:
    file = {"GATEWAY_AUDIT_LOG": str(tmp_path / "audit.log")}
    made = run("key", "create", "--tenant", tenant, "--name", "ci", "--scope", "read", "--json", **file)
    key = orjson.loads(made.stdout)["id"]
    for operation in ("rotate", "revoke", "revoke"):
        run("key", operation, key, **file)
    run("key", "list")
    lines = [orjson.loads(each) for each in (tmp_path / "audit.log").read_text().splitlines()]
    assert [(each["event"], each.get("tenant"), each["ids"], each["outcome"]) for each in lines] == [
        ("key create", tenant, [key], "done"),
        ("key rotate", tenant, [key], "done"),
        ("key revoke", tenant, [key], "done"),
        ("key revoke", None, [key], "refused"),
    ]


def test_settings_are_shown_with_secrets_masked(run: Run) -> None:
    given = {"GATEWAY_SECRET": "0123456789abcdef", "GATEWAY_PITS": "7"}
    rows = {each["name"]: each for each in orjson.loads(run("settings", "--json", **given).stdout)}
    assert rows["GATEWAY_SECRET"] == {"name": "GATEWAY_SECRET", "value": "***", "source": "environment"}
    assert rows["GATEWAY_PITS"] == {"name": "GATEWAY_PITS", "value": "7", "source": "environment"}
    lines = [each.split() for each in run("settings", **given).stdout.splitlines()]
    assert [each for each in lines if each and each[0] == "GATEWAY_PITS"] == [["GATEWAY_PITS", "7", "environment"]]


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
