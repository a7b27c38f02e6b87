"""What others make of the OpenAPI documents: linters find nothing, and clients that are made of them are used.

npm and pip bring the programs, once, into a folder of the environment.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import orjson

from gateway.dialects import DIALECTS
from gateway.dialects.settings import load
from gateway.serving import openapi
from tests.cluster import running_opensearch
from tests.serving import serving

HERE = Path(__file__).parent
HOME = Path(sys.prefix) / "clients"
BIN = HOME / "node_modules" / ".bin"
PYTHON = HOME / "python" / "bin" / "python"
GENERATOR = "openapi-python-client>=0.29,<1"


def main() -> None:
    """Raises CalledProcessError for the first program that is not content."""
    prepare()
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        for each in DIALECTS:
            (room / f"{each.name}.json").write_bytes(orjson.dumps(openapi.document(each)))
        lint(room)
        make(room)
        with running_opensearch() as url, serving(load(opensearch_url=url)) as gateway:
            use(room, gateway)


def prepare() -> None:
    """Puts the programs in place that are not there yet."""
    HOME.mkdir(exist_ok=True)
    if not BIN.exists():
        shutil.copy(HERE / "package.json", HOME)
        run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", at=HOME)
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", HOME / "python")
        run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", GENERATOR)


def lint(room: Path) -> None:
    """Both linters with the rules that they recommend."""
    documents = sorted(room.glob("*.json"))
    run(BIN / "redocly", "lint", "--max-problems=100", "--config", HERE / "redocly.yaml", *documents)
    run(BIN / "spectral", "lint", "--fail-severity=hint", "--ruleset", HERE / "spectral.yaml", *documents)


def make(room: Path) -> None:
    """A client of each document in either language; the one in TypeScript, and what uses it, is type-checked."""
    settings = ("--meta=none", "--fail-on-warning", f"--config={HERE / 'generator.yaml'}")
    generate = (PYTHON.with_name("openapi-python-client"), "generate", *settings)
    for document in sorted(room.glob("*.json")):
        run(*generate, f"--path={document}", f"--output-path={room / document.stem}")
        run(BIN / "openapi-typescript", document, "--output", document.with_suffix(".ts"))
    shutil.copy(HERE / "use.ts", room)
    (room / "package.json").write_text('{"type": "module"}')
    (room / "node_modules").symlink_to(HOME / "node_modules")
    strict = ("--strict", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext")
    run(BIN / "tsc", *strict, "--outDir", room, room / "use.ts")


def use(room: Path, gateway: str) -> None:
    """Both clients make an incident and read it, and print what they read with its types."""
    shutil.copy(HERE / "use.py", room)
    for program in ((PYTHON, "use.py"), ("node", "use.js")):
        run(*program, gateway, f"clients-{secrets.token_hex(6)}", at=room)


def run(*command: str | Path, at: Path | None = None) -> None:
    """Runs a program to its good end."""
    path = {"PATH": f"{PYTHON.parent}:{os.environ['PATH']}"}
    subprocess.run(list(map(str, command)), check=True, cwd=at, env={**os.environ, **path}, timeout=600)


if __name__ == "__main__":
    main()
