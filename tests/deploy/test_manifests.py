"""What deploy/ has for Kubernetes and systemd: well formed, hardened, with settings and times that a gateway has."""

import configparser
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
import yaml

from gateway.dialects.settings import load
from gateway.serving.operations import ROUTES
from gateway.settings import PREFIX, Settings
from tests.serving import ROOT

DEPLOY = ROOT / "deploy"
MANIFESTS = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
SCHEMA = jsonschema_rs.validator_for(orjson.loads((Path(__file__).parent / "kubernetes.json").read_bytes()))
UNIT = DEPLOY / "incident-gateway.service"
MARGIN = 5
"""Seconds that a gateway needs to end once its grace is over."""


def of_kind(kind: str) -> dict[str, Any]:
    [manifest] = [each for each in MANIFESTS if each["kind"] == kind]
    assert isinstance(manifest, dict)
    return manifest


def pod() -> dict[str, Any]:
    told: dict[str, Any] = of_kind("Deployment")["spec"]["template"]["spec"]
    return told


def settings() -> Settings:
    """Those that the pod has."""
    data = of_kind("ConfigMap")["data"]
    return load(**{name.removeprefix(PREFIX).lower(): value for name, value in data.items()})


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda each: each["kind"])
def test_a_manifest_is_of_its_schema(manifest: dict[str, Any]) -> None:
    assert [error.message for error in SCHEMA.iter_errors(manifest)] == []


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        pytest.param("Deployment", ("spec", "replica"), 2, id="a name that nobody knows"),
        pytest.param("Deployment", ("spec", "replicas"), "2", id="a text for a number"),
        pytest.param("Service", ("spec", "ports"), [{"port": 80}], id="a name that is wanting"),
        pytest.param("ConfigMap", ("data", "GATEWAY_PORT"), 8000, id="a number for a text"),
    ],
)
def test_the_schema_refuses(kind: str, path: tuple[str, str], value: object) -> None:
    manifest = orjson.loads(orjson.dumps(of_kind(kind)))
    manifest[path[0]][path[1]] = value
    assert not SCHEMA.is_valid(manifest)


def test_every_selector_finds_the_pods() -> None:
    deployment = of_kind("Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert of_kind("Service")["spec"]["selector"] == labels
    assert of_kind("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels


def test_ports_and_probes_are_those_of_the_settings() -> None:
    [container] = pod()["containers"]
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    assert ports == {"http": settings().port, "metrics": settings().metrics_port}
    assert {each["targetPort"] for each in of_kind("Service")["spec"]["ports"]} == {"http"}
    probes = [container[f"{each}Probe"]["httpGet"] for each in ("startup", "liveness", "readiness")]
    assert {each["port"] for each in probes} == {"http"}
    assert {each["path"] for each in probes} <= {each.path for each in ROUTES}


def test_what_settings_name_is_mounted() -> None:
    [container] = pod()["containers"]
    mounts = {each["name"]: each["mountPath"] for each in container["volumeMounts"]}
    files = [settings().opensearch_ca, settings().opensearch_user, settings().opensearch_password]
    assert {str(each and each.parent) for each in files} == {mounts["secrets"]}
    assert set(mounts) == {each["name"] for each in pod()["volumes"]}
    assert {each["name"].removeprefix(PREFIX).lower() for each in container["env"]} <= set(Settings.model_fields)


def test_a_gateway_has_the_time_that_its_stop_takes() -> None:
    needed = settings().stop_delay + settings().stop_grace + MARGIN
    assert pod()["terminationGracePeriodSeconds"] >= needed
    plain = load()
    assert int(unit()["Service"]["TimeoutStopSec"]) >= plain.stop_delay + plain.stop_grace + MARGIN


def unit() -> configparser.ConfigParser:
    told = configparser.ConfigParser(strict=False, interpolation=None)
    told.optionxform = str  # type: ignore[assignment, method-assign]
    told.read(UNIT)
    return told


def test_the_unit_runs_the_command_as_nobody_that_may_do_much() -> None:
    service = unit()["Service"]
    assert service["ExecStart"].split()[1:] == ["serve"]
    hardened = ("DynamicUser", "NoNewPrivileges", "PrivateTmp", "ProtectHome")
    assert ({service[each] for each in hardened}, service["ProtectSystem"]) == ({"yes"}, "strict")
    assert service["CapabilityBoundingSet"] == ""
