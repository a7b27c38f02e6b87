"""What ATT&CK ids come to, what the shipped catalogue holds, and which bundles are read."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.attack import Catalogue, Tactic, Technique, load, stix, tree
from gateway.attack.catalogue import LICENCE, SHIPPED

SITE = "https://attack.mitre.org"
DOCS = Path(__file__).parents[2] / "docs" / "attack.md"

SMALL = Catalogue(
    version="v1.0",
    domain="enterprise",
    notice="a notice",
    tactics=(Tactic("TA0043", "Reconnaissance"), Tactic("TA0002", "Execution"), Tactic("TA0003", "Persistence")),
    techniques=(
        Technique("T1053", "Scheduled Task/Job", ("TA0002", "TA0003")),
        Technique("T1053.003", "Cron", ("TA0002", "TA0003")),
        Technique("T1053.005", "Scheduled Task", ("TA0002",)),
        Technique("T1059", "Interpreter", ("TA0002",)),
        Technique("T1059.001", "PowerShell", ("TA0002",)),
    ),
)


def tactic(id_: str, name: str, *techniques: object) -> dict[str, object]:
    return {"id": id_, "name": name, "url": f"{SITE}/tactics/{id_}", "techniques": list(techniques)}


def technique(number: str, name: str, *subtechniques: object) -> dict[str, object]:
    url = f"{SITE}/techniques/T{number}"
    return {"id": f"T{number}", "name": name, "url": url, "subtechniques": list(subtechniques)}


CRON = {"id": "T1053.003", "name": "Cron", "url": f"{SITE}/techniques/T1053/003"}
TASK = {"id": "T1053.005", "name": "Scheduled Task", "url": f"{SITE}/techniques/T1053/005"}
SHELL = {"id": "T1059.001", "name": "PowerShell", "url": f"{SITE}/techniques/T1059/001"}
JOB = technique("1053", "Scheduled Task/Job")
WITH_SHELL = tactic("TA0002", "Execution", technique("1059", "Interpreter", SHELL))


@pytest.mark.parametrize(
    ("ids", "tactics", "unknown"),
    [
        pytest.param([], [], [], id="no id, no tactic"),
        pytest.param(
            ["T1059"],
            [tactic("TA0002", "Execution", technique("1059", "Interpreter"))],
            [],
            id="a technique comes without its sub-techniques",
        ),
        pytest.param(["T1059.001"], [WITH_SHELL], [], id="a sub-technique brings its technique"),
        pytest.param(["T1059.001", "T1059"], [WITH_SHELL], [], id="a technique named beside its sub-technique"),
        pytest.param(["TA0002"], [tactic("TA0002", "Execution")], [], id="a tactic comes without its techniques"),
        pytest.param(["TA0002", "T1059.001"], [WITH_SHELL], [], id="a tactic named beside its sub-technique"),
        pytest.param(
            ["T1053"],
            [tactic("TA0002", "Execution", JOB), tactic("TA0003", "Persistence", JOB)],
            [],
            id="a technique of two tactics stands under both",
        ),
        pytest.param(
            ["T1053", "TA0003"],
            [tactic("TA0002", "Execution", JOB), tactic("TA0003", "Persistence", JOB)],
            [],
            id="naming one of its tactics takes the technique from no other",
        ),
        pytest.param(
            ["T1053.005"],
            [tactic("TA0002", "Execution", technique("1053", "Scheduled Task/Job", TASK))],
            [],
            id="a technique brought along stands only where its sub-technique belongs",
        ),
        pytest.param(
            ["T1053.005", "T1053"],
            [
                tactic("TA0002", "Execution", technique("1053", "Scheduled Task/Job", TASK)),
                tactic("TA0003", "Persistence", JOB),
            ],
            [],
            id="a technique that is named stands under all its tactics",
        ),
        pytest.param(
            ["TA0003", "T1059.001", "T1053.005", "TA0043", "T1053.003"],
            [
                tactic("TA0043", "Reconnaissance"),
                tactic(
                    "TA0002",
                    "Execution",
                    technique("1053", "Scheduled Task/Job", CRON, TASK),
                    technique("1059", "Interpreter", SHELL),
                ),
                tactic("TA0003", "Persistence", technique("1053", "Scheduled Task/Job", CRON)),
            ],
            [],
            id="tactics come in matrix order, techniques and sub-techniques by id",
        ),
        pytest.param(["t1059.001"], [WITH_SHELL], [], id="lower case"),
        pytest.param(["attack.t1059.001"], [WITH_SHELL], [], id="a Sigma tag"),
        pytest.param(["ATTACK.TA0002"], [tactic("TA0002", "Execution")], [], id="a Sigma tag of a tactic"),
        pytest.param(["T1059.001", "t1059.001", "attack.T1059.001"], [WITH_SHELL], [], id="one id in three spellings"),
        pytest.param(
            ["t9999", "T1059.001", "T1059.999", "", "G0007", "attack.execution", "ATTACK.T9999"],
            [WITH_SHELL],
            ["t9999", "T1059.999", "", "G0007", "attack.execution"],
            id="unknown ids as first written, in the order given",
        ),
    ],
)
def test_tree(ids: list[str], tactics: list[object], unknown: list[str]) -> None:
    assert tree(SMALL, ids) == {"attack_version": "v1.0", "tactics": tactics, "unknown": unknown}


def test_tree_shows_techniques_by_id_whatever_order_the_file_has() -> None:
    shuffled = replace(SMALL, techniques=SMALL.techniques[::-1])
    assert tree(shuffled, ["T1059", "T1053.005", "T1053.003"]) == tree(SMALL, ["T1059", "T1053.005", "T1053.003"])


def test_the_example_of_the_docs_is_the_answer() -> None:
    text = DOCS.read_text(encoding="utf-8")
    given = re.search(r'"mitre": (\[.*?\])', text)
    answer = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert given
    assert answer
    assert tree(load(), json.loads(given[1])) == json.loads(answer[1])


def test_the_shipped_catalogue_is_enterprise_17_in_matrix_order() -> None:
    shipped = load()
    assert (shipped.version, shipped.domain) == ("v17.0", "enterprise")
    assert shipped.tactics == (
        Tactic("TA0043", "Reconnaissance"),
        Tactic("TA0042", "Resource Development"),
        Tactic("TA0001", "Initial Access"),
        Tactic("TA0002", "Execution"),
        Tactic("TA0003", "Persistence"),
        Tactic("TA0004", "Privilege Escalation"),
        Tactic("TA0005", "Defense Evasion"),
        Tactic("TA0006", "Credential Access"),
        Tactic("TA0007", "Discovery"),
        Tactic("TA0008", "Lateral Movement"),
        Tactic("TA0009", "Collection"),
        Tactic("TA0011", "Command and Control"),
        Tactic("TA0010", "Exfiltration"),
        Tactic("TA0040", "Impact"),
    )


def test_the_shipped_catalogue_is_sound() -> None:
    shipped = load()
    columns = [each.id for each in shipped.tactics]
    ids = [each.id for each in shipped.techniques]
    assert ids == sorted(set(ids))
    assert {each.partition(".")[0] for each in ids} == {each for each in ids if "." not in each}
    assert all(each.tactics == tuple(c for c in columns if c in each.tactics) != () for each in shipped.techniques)
    assert set(columns) == {column for each in shipped.techniques for column in each.tactics}
    assert (len(ids), sum("." in each for each in ids)) == (665, 454)


@pytest.mark.parametrize(
    ("id_", "name", "tactics"),
    [
        ("T1003.001", "LSASS Memory", "TA0006"),
        ("T1021.001", "Remote Desktop Protocol", "TA0008"),
        ("T1027", "Obfuscated Files or Information", "TA0005"),
        ("T1047", "Windows Management Instrumentation", "TA0002"),
        ("T1053.005", "Scheduled Task", "TA0002 TA0003 TA0004"),
        ("T1055.013", "Process Doppelgänging", "TA0004 TA0005"),
        ("T1059.001", "PowerShell", "TA0002"),
        ("T1071.001", "Web Protocols", "TA0011"),
        ("T1078", "Valid Accounts", "TA0001 TA0003 TA0004 TA0005"),
        ("T1110.003", "Password Spraying", "TA0006"),
        ("T1190", "Exploit Public-Facing Application", "TA0001"),
        ("T1486", "Data Encrypted for Impact", "TA0040"),
        ("T1566.001", "Spearphishing Attachment", "TA0001"),
        ("T1567.002", "Exfiltration to Cloud Storage", "TA0010"),
        ("T1595", "Active Scanning", "TA0043"),
    ],
)
def test_a_well_known_technique(id_: str, name: str, tactics: str) -> None:
    assert Technique(id_, name, tuple(tactics.split())) in load().techniques


def test_the_shipped_file_is_small_carries_its_licence_and_has_one_technique_a_line(tmp_path: Path) -> None:
    shipped = load()
    stix.write(shipped, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == SHIPPED.read_bytes()
    assert SHIPPED.stat().st_size < 60_000
    assert shipped.notice == f"© 2025 The MITRE Corporation. {LICENCE}"
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith('{"id":"T') for line in lines) == len(shipped.tactics) + len(shipped.techniques)
