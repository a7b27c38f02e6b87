"""The image: what it is built from is there and no more, what it needs is locked, and it says what it is."""

import re
import shlex
import subprocess
import sys
import tomllib
from typing import Any

import pytest
import yaml

from tests.deploy.ignoring import left
from tests.serving import ROOT

LINES = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text()).splitlines()
IGNORED = (ROOT / ".dockerignore").read_text().split()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def instructions(name: str) -> list[str]:
    """What follows each instruction of that name."""
    return [line.removeprefix(f"{name} ") for line in LINES if line.startswith(f"{name} ")]


def labels() -> dict[str, str]:
    [text] = instructions("LABEL")
    return {name.rpartition(".")[2]: value for name, _, value in (each.partition("=") for each in shlex.split(text))}


def copied() -> list[str]:
    """The sources of what is copied out of the project."""
    words = [each.split() for each in instructions("COPY") if not each.startswith("--from")]
    return [source for *sources, _ in words for source in sources]


@pytest.mark.parametrize("source", copied())
def test_what_is_copied_is_there_and_not_ignored(source: str) -> None:
    path = ROOT / source
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    files = [each for each in files if "__pycache__" not in each.parts]
    assert files
    assert [each for each in files if not left(str(each.relative_to(ROOT)), IGNORED)] == []


def test_whatever_the_wheel_is_made_of_is_copied() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = told["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {*packages, PROJECT["readme"], *PROJECT["license-files"], "pyproject.toml"} <= set(copied())


@pytest.mark.parametrize(
    ("path", "there"),
    [
        pytest.param("gateway/serving/app.py", True, id="code"),
        pytest.param("gateway/console/page/app.js", True, id="the console"),
        pytest.param("LICENSE", True, id="the licence"),
        pytest.param("locks/gateway.txt", True, id="a lock"),
        pytest.param("gateway/serving/__pycache__/app.pyc", False, id="what Python compiled"),
        pytest.param(".git/config", False, id="the history"),
        pytest.param(".venv/bin/python", False, id="an environment"),
        pytest.param("tests/conftest.py", False, id="tests"),
        pytest.param("secret.env", False, id="what lies about"),
    ],
)
def test_what_an_image_may_be_built_from(path: str, there: bool) -> None:
    assert left(path, IGNORED) == there


def test_the_base_is_an_exact_version_of_a_python_that_is_tested() -> None:
    [base] = instructions("ARG")
    version = re.fullmatch(r"BASE=python:(3\.\d+)\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", base)
    assert version
    assert version[1] in ("3.11", "3.12", "3.13")
    assert {each.split()[0] for each in instructions("FROM")} == {"${BASE}", "dependencies"}


def test_all_that_is_installed_is_locked() -> None:
    installs = [each for line in instructions("RUN") for each in line.split("&&") if " install " in each]
    assert len(installs) == 3
    assert [each for each in installs if "--require-hashes" not in each and "--no-index" not in each] == []


def test_dependencies_are_a_layer_of_their_own_beneath_the_code() -> None:
    whence = [each.split() for each in instructions("COPY") if each.startswith("--from")]
    assert [each[0] for each in whence] == ["--from=dependencies", "--from=build"]


def test_it_says_what_it_is_and_under_which_terms() -> None:
    assert labels() == {
        "title": PROJECT["name"],
        "description": PROJECT["description"],
        "version": PROJECT["version"],
        "licenses": PROJECT["license"],
    }
    assert "LICENSE NOTICE /usr/share/doc/incident-gateway/" in instructions("COPY")


def test_nobody_in_it_is_root_and_its_health_follows_its_settings() -> None:
    assert instructions("USER") == ["10001"]
    assert instructions("CMD") == ['["incident-gateway", "serve"]']
    [health] = instructions("HEALTHCHECK")
    assert health.partition(" CMD ")[2] == '["python", "-m", "gateway.health"]'


def composed() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return told


@pytest.mark.outside
def test_the_composition_is_of_its_schema() -> None:
    command = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml")
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (told.returncode, told.stdout) == (0, "ok -- validation done\n")


def test_the_port_of_the_composition_is_a_setting() -> None:
    gateway = composed()["services"]["gateway"]
    port = "${GATEWAY_PORT:-8000}"
    assert gateway["environment"]["GATEWAY_PORT"] == port
    assert gateway["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_the_composition_names_what_it_has_and_gives_the_gateway_time_to_stop() -> None:
    told = composed()
    services, names = told["services"].values(), {kind: set(told[kind]) for kind in ("networks", "volumes")}
    assert {each for service in services for each in service["networks"]} == names["networks"]
    volumes = {each.partition(":")[0] for service in services for each in service.get("volumes", ())}
    assert volumes == names["volumes"]
    assert told["services"]["gateway"]["stop_grace_period"] == "30s"


def test_the_engine_is_that_of_the_tests() -> None:
    lock = (ROOT / "tests" / "cluster.py").read_text()
    assert f'IMAGE = "{composed()["services"]["opensearch"]["image"]}"' in lock
