"""Makes what a release consists of, in a folder: wheel, sdist, SBOM, the changelog's section, and the sums of all.

It publishes nothing.
"""

import hashlib
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.serving import ROOT

PACKAGES = ("gateway", "queries", "index_templates")
LOCKS = ROOT / "locks"
SUMS = "SHA256SUMS"


class NotReady(Exception):
    """A release that would not be whole."""


def main(folder: Path) -> None:
    """Fills the folder. Raises NotReady, CalledProcessError."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    notes = section((ROOT / "CHANGELOG.md").read_text(), version)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise NotReady(f"{folder} is not empty")
    run("hatchling", "build", "--directory", str(folder.resolve()))
    require_whole(next(folder.glob("*.whl")))
    write_sbom(folder / f"incident-gateway-{version}.cdx.json")
    (folder / f"CHANGELOG-{version}.md").write_text(notes)
    (folder / SUMS).write_text("".join(sums(folder)))


def section(changelog: str, version: str) -> str:
    """What the changelog says of a version, which is its newest. Raises NotReady where that is another or not dated."""
    heading = re.search(r"^## (\S+)( - \d{4}-\d\d-\d\d)?\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if heading is None or heading[1] != version or not heading[2]:
        raise NotReady(f"the newest section of the changelog is not version {version} with its date")
    return heading[0].rstrip() + "\n"


def require_whole(wheel: Path) -> None:
    """Raises NotReady for a wheel without something that the packages hold, or without its terms."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    terms = {f"{wheel.name.rpartition('-py3')[0]}.dist-info/licenses/{each}" for each in ("LICENSE", "NOTICE")}
    wanting = sorted({*files(), *terms} - names)
    if wanting:
        raise NotReady(f"the wheel lacks {', '.join(wanting)}")


def files() -> Iterator[str]:
    """Whatever the packages hold, code and data."""
    for path in (each for package in PACKAGES for each in (ROOT / package).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield str(path.relative_to(ROOT))


def write_sbom(path: Path) -> None:
    """Names, as CycloneDX, what the image has of other packages: versions, licences, and which needs which."""
    told = ("--pyproject", "pyproject.toml", "--mc-type", "application", "--output-reproducible", "--no-validate")
    run("cyclonedx_py", "environment", sys.executable, *told, "--output-file", str(path.resolve()))
    path.write_bytes(orjson.dumps(of_the_image(orjson.loads(path.read_bytes())), option=orjson.OPT_INDENT_2))


def require_valid(sbom: Path) -> None:
    """Raises NotReady for one that is not as its schema has it; it takes ten seconds."""
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(sbom.read_text()):
        raise NotReady(f"{sbom.name} is no CycloneDX: {error}")


def of_the_image(sbom: dict[str, Any]) -> dict[str, Any]:
    """The part of this environment that the image has too."""
    names = locked()
    components = [each for each in sbom["components"] if canonical(each["name"]) in names]
    kept = {each["bom-ref"] for each in components}
    root = sbom["metadata"]["component"]["bom-ref"]
    dependencies = [
        each | ({"dependsOn": [ref for ref in each["dependsOn"] if ref in kept]} if "dependsOn" in each else {})
        for each in sbom["dependencies"]
        if each["ref"] in kept | {root}
    ]
    return sbom | {"components": components, "dependencies": dependencies}


def locked(name: str = "gateway") -> dict[str, str]:
    """The versions of a lock by package."""
    text = (LOCKS / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", text, re.MULTILINE))


def canonical(name: str) -> str:
    """A package's name as locks have it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def sums(folder: Path) -> Iterator[str]:
    """A line for each file, as sha256sum reads them."""
    for path in sorted(folder.iterdir()):
        yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"


def run(*module: str) -> None:
    """Runs a module to its good end, with the time of the last commit as the time of what it makes."""
    told = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": told.stdout.strip()}
    subprocess.run([sys.executable, "-m", *module], cwd=ROOT, env=environment, stdout=sys.stderr, check=True)


def command(
    folder: Annotated[Path, typer.Argument(help="A folder that is empty or not there yet.")] = ROOT / "dist",
) -> None:
    """Make a release: wheel, sdist, SBOM, the changelog's section, and the sums of all. Nothing is published."""
    try:
        main(folder)
        require_valid(next(folder.glob("*.cdx.json")))
    except NotReady as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
    app.command()(command)
    app(prog_name="release")
