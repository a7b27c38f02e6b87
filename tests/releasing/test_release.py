"""A release is whole and says one version; what environments are made of is locked, for every Python."""

import re
import subprocess
import tarfile
import tomllib
from importlib.metadata import requires, version
from pathlib import Path

import orjson
import pytest
import yaml
from packaging.requirements import Requirement

from tests.releasing.__main__ import LOCKS, SUMS, NotReady, canonical, locked, main, require_whole, section
from tests.serving import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
VERSION = PROJECT["project"]["version"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]
RUNTIME = PROJECT["project"]["dependencies"]
IN_LOCK = {
    "pip": GROUPS["pip"],
    "build": GROUPS["build"],
    "gateway": [*RUNTIME, *EXTRAS["aws"], *EXTRAS["otel"]],
    "demo": [*RUNTIME, *EXTRAS["embedded"], *GROUPS["build"]],
    "developer": [*RUNTIME, *(each for extra in EXTRAS.values() for each in extra), *GROUPS["build"], *GROUPS["dev"]],
}
NEWEST = re.compile(r"^## (\S+) - (\d{4}-\d\d-\d\d)$", re.MULTILINE)


@pytest.mark.outside
def test_a_release_is_whole(tmp_path: Path) -> None:
    main(tmp_path)
    names = {each.name for each in tmp_path.iterdir()}
    wheel, source = f"incident_gateway-{VERSION}-py3-none-any.whl", f"incident_gateway-{VERSION}.tar.gz"
    sbom, notes = f"incident-gateway-{VERSION}.cdx.json", f"CHANGELOG-{VERSION}.md"
    assert names == {wheel, source, sbom, notes, SUMS}
    require_whole(tmp_path / wheel)
    checked = subprocess.run(["sha256sum", "--check", SUMS], cwd=tmp_path, capture_output=True, timeout=60, check=True)
    assert len(checked.stdout.splitlines()) == len(names) - 1
    with tarfile.open(tmp_path / source) as archive:
        inside = {each.partition("/")[2] for each in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "NOTICE", "CHANGELOG.md", "tests/conftest.py", "locks/gateway.txt"} <= inside
    told = orjson.loads((tmp_path / sbom).read_bytes())
    assert (told["bomFormat"], told["metadata"]["component"]["version"]) == ("CycloneDX", VERSION)
    components = {canonical(each["name"]): each["version"] for each in told["components"]}
    assert components.items() <= locked("gateway").items()
    # A lock has what other systems need too.
    assert {canonical(Requirement(each).name) for each in IN_LOCK["gateway"]} <= set(components)
    with pytest.raises(NotReady, match="is not empty"):
        main(tmp_path)


@pytest.mark.parametrize(
    "changelog",
    [
        pytest.param("# Changelog\n\n## Unreleased\n\n- new\n\n## 1.0.0 - 2026-01-01\n", id="one that is older"),
        pytest.param("# Changelog\n\n## 1.0.0\n\n- new\n", id="one without a date"),
        pytest.param("# Changelog\n", id="none"),
    ],
)
def test_a_version_that_the_changelog_does_not_have_as_its_newest_is_not_released(changelog: str) -> None:
    with pytest.raises(NotReady, match=r"not version 1\.0\.0 with its date"):
        section(changelog, "1.0.0")


def test_the_section_of_a_version_ends_with_the_next() -> None:
    changelog = "# Changelog\n\n## 1.1.0 - 2026-02-01\n\n### Added\n\n- new\n\n## 1.0.0 - 2026-01-01\n\n- old\n"
    assert section(changelog, "1.1.0") == "## 1.1.0 - 2026-02-01\n\n### Added\n\n- new\n"


def test_all_that_says_the_version_says_the_same() -> None:
    newest = NEWEST.search((ROOT / "CHANGELOG.md").read_text())
    manifests = yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text())
    [pod] = [each["spec"]["template"]["spec"] for each in manifests if each["kind"] == "Deployment"]
    image = pod["containers"][0]["image"]
    label = re.search(r'image\.version="([^"]+)"', (ROOT / "Dockerfile").read_text())
    assert newest
    assert label
    assert {newest[1], image.partition(":")[2], label[1], version("incident-gateway")} == {VERSION}
    assert f"| {VERSION.rpartition('.')[0]}" in (ROOT / "SECURITY.md").read_text()


@pytest.mark.parametrize("name", IN_LOCK)
def test_a_lock_has_what_the_project_asks_for_at_one_version_with_its_hashes(name: str) -> None:
    packages, everywhere = locked(name), locked("developer")
    asked = [Requirement(each) for each in IN_LOCK[name]]
    assert [each.name for each in asked if not each.specifier.contains(packages.get(canonical(each.name), "0"))] == []
    assert {each: packages[each] for each in packages if each != "pip"}.items() <= everywhere.items()
    text = (LOCKS / f"{name}.txt").read_text()
    assert "://" not in text
    assert "--index" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text.partition("\n    scripts/lock")[2] or text)
    assert [each.split()[0] for each in entries if "==" in each and "--hash=sha256:" not in each] == []


def test_what_is_installed_is_what_is_locked() -> None:
    """Of what this Python needs, so that a lock which lacks a package that another asks for is seen."""
    packages = locked("developer")
    for name in packages:
        try:
            needs = [Requirement(each) for each in requires(name) or ()]
        except ModuleNotFoundError:
            continue
        here = [each for each in needs if each.marker is None or each.marker.evaluate({"extra": ""})]
        assert [each.name for each in here if canonical(each.name) not in packages] == []


def test_the_image_has_what_the_sbom_names() -> None:
    assert "--requirement /locks/gateway.txt" in (ROOT / "Dockerfile").read_text()
