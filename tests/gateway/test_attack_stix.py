"""Which catalogue an ATT&CK bundle makes, and what is refused, in bundles and in catalogue files."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.attack import Catalogue, Tactic, Technique, load, stix
from gateway.attack.catalogue import LICENCE

CAPEC = {"source_name": "capec", "external_id": "CAPEC-1"}
PAGE = {"source_name": "A page", "url": "https://example.org"}
COLLECTION = {"type": "x-mitre-collection", "id": "x-mitre-collection--1", "x_mitre_version": "17.0"}


def item(kind: str, attack_id: str, name: str, **fields: Any) -> dict[str, Any]:
    known_as = {"source_name": "mitre-attack", "external_id": attack_id}
    return {
        "type": kind,
        "id": f"{kind}--{attack_id}-{name}",
        "name": name,
        "external_references": [PAGE, CAPEC, known_as],
        **fields,
    }


def column(attack_id: str, name: str, **fields: Any) -> dict[str, Any]:
    return item("x-mitre-tactic", attack_id, name, x_mitre_shortname=name.lower(), **fields)


def pattern(attack_id: str, name: str, *phases: str, chain: str = "mitre-attack", **fields: Any) -> dict[str, Any]:
    named = [{"kill_chain_name": chain, "phase_name": each} for each in phases]
    return item("attack-pattern", attack_id, name, kill_chain_phases=named, **fields)


def matrix(*columns: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return item("x-mitre-matrix", "enterprise-attack", "M", tactic_refs=[each["id"] for each in columns], **fields)


def marking(**definition: str) -> dict[str, Any]:
    return {"type": "marking-definition", "id": f"marking-definition--{definition}", "definition": definition}


IMPACT = column("TA0040", "Impact")
EXECUTION = column("TA0002", "Execution", x_mitre_deprecated=False, revoked=False)
GONE = column("TA0001", "Gone", revoked=True)
ABSENT = column("TA0003", "Absent")
OUTSIDE = column("TA0004", "Outside")
BOTH = pattern("T1059", "Interpreter", "execution", "gone", "impact", "execution")
DESTRUCTION = pattern("T1485", "Data Destruction", "impact")
FOREIGN = {"kill_chain_name": "lockheed", "phase_name": "execution"}

EVERYTHING = [
    COLLECTION,
    marking(tlp="white"),
    marking(statement="Copyright 2015-2025, The MITRE Corporation."),
    pattern("T1059.001", "PowerShell", "execution", x_mitre_is_subtechnique=True),
    DESTRUCTION,
    BOTH,
    pattern("T1086", "PowerShell", "execution", revoked=True),
    pattern("T1064", "Scripting", "execution", x_mitre_deprecated=True),
    {**pattern("T1490", "Inhibit"), "kill_chain_phases": [FOREIGN, *DESTRUCTION["kill_chain_phases"]]},
    OUTSIDE,
    GONE,
    EXECUTION,
    IMPACT,
    matrix(EXECUTION, IMPACT, x_mitre_deprecated=True),
    matrix(IMPACT, GONE, ABSENT),
    matrix(IMPACT, EXECUTION),
    item("intrusion-set", "G0007", "A group"),
    item("course-of-action", "T1485", "A mitigation under a technique's id"),
    {"type": "relationship", "id": "relationship--1", "relationship_type": "uses"},
]
READ = Catalogue(
    version="v17.0",
    domain="enterprise",
    notice=f"Copyright 2015-2025, The MITRE Corporation. {LICENCE}",
    tactics=(Tactic("TA0040", "Impact"), Tactic("TA0002", "Execution")),
    techniques=(
        Technique("T1059", "Interpreter", ("TA0040", "TA0002")),
        Technique("T1059.001", "PowerShell", ("TA0002",)),
        Technique("T1485", "Data Destruction", ("TA0040",)),
        Technique("T1490", "Inhibit", ("TA0040",)),
    ),
)


def bundle(path: Path, objects: object) -> Path:
    path.write_text(json.dumps({"type": "bundle", "id": "bundle--1", "objects": objects}), encoding="utf-8")
    return path


def test_read_takes_what_is_live_in_matrix_order(tmp_path: Path) -> None:
    assert stix.read(bundle(tmp_path / "bundle.json", EVERYTHING)) == READ


@pytest.mark.parametrize(
    ("objects", "version", "expected"),
    [
        pytest.param([], "17.1", ("v17.1", "enterprise"), id="a STIX 2.0 bundle, its version given"),
        pytest.param([], "v17.1", ("v17.1", "enterprise"), id="the version given with its v"),
        pytest.param([COLLECTION], "17.1", ("v17.1", "enterprise"), id="the version given wins"),
        pytest.param([COLLECTION], None, ("v17.0", "enterprise"), id="the version of the collection"),
    ],
)
def test_version(tmp_path: Path, objects: list[Any], version: str | None, expected: tuple[str, str]) -> None:
    read = stix.read(bundle(tmp_path / "b.json", [*objects, IMPACT, matrix(IMPACT), DESTRUCTION]), version)
    assert (read.version, read.domain) == expected
    assert read.notice == f"© The MITRE Corporation. {LICENCE}"


@pytest.mark.parametrize(
    ("chain", "domain"),
    [("mitre-attack", "enterprise"), ("mitre-mobile-attack", "mobile"), ("mitre-ics-attack", "ics")],
)
def test_domain_is_told_by_the_kill_chain(tmp_path: Path, chain: str, domain: str) -> None:
    objects = [COLLECTION, IMPACT, matrix(IMPACT), pattern("T0809", "Data Destruction", "impact", chain=chain)]
    read = stix.read(bundle(tmp_path / "b.json", objects))
    assert (read.domain, read.techniques) == (domain, (Technique("T0809", "Data Destruction", ("TA0040",)),))


SOUND = [COLLECTION, IMPACT, matrix(IMPACT), DESTRUCTION]


@pytest.mark.parametrize(
    ("objects", "reason"),
    [
        pytest.param(SOUND[1:], "no x-mitre-collection tells the ATT&CK version; name it", id="no collection"),
        pytest.param(
            [*SOUND, {**COLLECTION, "x_mitre_version": "18.0"}],
            "several x-mitre-collection tell different ATT&CK versions; name one",
            id="two collections",
        ),
        pytest.param(
            [COLLECTION, IMPACT, matrix(IMPACT)], "no attack-pattern of a known ATT&CK domain", id="no pattern"
        ),
        pytest.param(
            [*SOUND, pattern("T0809", "Other", "impact", chain="mitre-ics-attack")],
            "attack-patterns of several ATT&CK domains: enterprise, ics",
            id="two domains",
        ),
        pytest.param([COLLECTION, IMPACT, DESTRUCTION], "no tactics", id="no matrix"),
        pytest.param([*SOUND, pattern("T1001", "Idle")], "T1001 has no tactic", id="a technique without a tactic"),
        pytest.param([*SOUND, pattern("T1001", "", "impact")], "T1001 has no name", id="a technique without a name"),
        pytest.param(
            [*SOUND, pattern("T1001.001", "Orphan", "impact")],
            "T1001.001 stands there without its technique T1001",
            id="a sub-technique without its technique",
        ),
        pytest.param([*SOUND, DESTRUCTION], "T1485 stands there 2 times", id="an id twice"),
        pytest.param(
            [*SOUND, pattern("0T800", "Typo", "impact")], '"0T800" is not a technique id', id="a malformed id"
        ),
        pytest.param([*SOUND, pattern("T14850", "Long", "impact")], '"T14850" is not a technique id', id="a long id"),
        pytest.param(
            [*SOUND, {**pattern("T1", "Nameless", "impact"), "external_references": [CAPEC]}],
            '"attack-pattern--T1-Nameless" is not a technique id',
            id="a technique without an ATT&CK id",
        ),
        pytest.param(
            [{**COLLECTION, "x_mitre_version": "next"}, *SOUND[1:]],
            '"vnext" is not an ATT&CK version such as v17.0',
            id="a version that is none",
        ),
        pytest.param(
            [*SOUND, {"type": "malware"}],
            "Object missing required field `id` - at `$.objects[4]`",
            id="an object without an id",
        ),
        pytest.param(None, "Expected `array`, got `null` - at `$.objects`", id="no objects"),
    ],
)
def test_read_refuses(tmp_path: Path, objects: object, reason: str) -> None:
    path = bundle(tmp_path / "bundle.json", objects)
    with pytest.raises(ValueError, match=r"bundle\.json") as refused:
        stix.read(path)
    assert str(refused.value) == f"{path}: {reason}"


def test_write_then_load_is_the_same_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    path.write_text("an older one", encoding="utf-8")
    stix.write(READ, path)
    assert load(path) == READ
    assert [each.name for each in tmp_path.iterdir()] == ["catalogue.json"]


def test_write_says_which_file_it_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "no folder" / "catalogue.json"
    with pytest.raises(ValueError, match=r"catalogue\.json") as refused:
        stix.write(READ, path)
    assert str(refused.value) == f"{path} cannot be written: No such file or directory"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(None, " cannot be read: No such file or directory", id="no file"),
        pytest.param(b"", ": Input data was truncated", id="an empty file"),
        pytest.param(b"# no", ": JSON is malformed: invalid character (byte 0)", id="no JSON"),
        pytest.param(
            b'{"version": "\xff"}',
            ": 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
            id="no UTF-8",
        ),
        pytest.param(b"{}", ": Object missing required field `version`", id="nothing in it"),
        pytest.param(
            b'{"version": "v1", "domain": "ics", "notice": "n", "tactics": [{"id": "TA0001"}], "techniques": []}',
            ": Object missing required field `name` - at `$.tactics[0]`",
            id="a tactic without a name",
        ),
        pytest.param(
            b'{"version": "v1", "domain": "ics", "notice": "n", "tactics": [{"id": "TA1", "name": "A"}],'
            b' "techniques": [{"id": "T0001", "name": "B", "tactics": ["TA1"]}]}',
            ': "TA1" is not a tactic id',
            id="a malformed tactic id",
        ),
        pytest.param(
            b'{"version": "v1", "domain": "ics", "notice": "n", "tactics": [{"id": "TA0001", "name": "A"}],'
            b' "techniques": [{"id": "T0001", "name": "B", "tactics": ["TA0002"]}]}',
            ": T0001 has a tactic that is not there: TA0002",
            id="a tactic that is not in the file",
        ),
        pytest.param(
            b'{"version": "v1", "domain": "", "notice": "n", "tactics": [], "techniques": []}',
            ": no domain",
            id="an empty domain",
        ),
    ],
)
def test_load_refuses(tmp_path: Path, text: bytes | None, reason: str) -> None:
    path = tmp_path / "catalogue.json"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(ValueError, match=r"catalogue\.json") as refused:
        load(path)
    assert str(refused.value) == f"{path}{reason}"
