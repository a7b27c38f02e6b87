"""The settings of a process: where they come from, which one wins, and the sentence that stops a start."""

from pathlib import Path

import pytest

from gateway.dialects.settings import Settings, load
from gateway.settings import PREFIX, SettingsError


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests."""
    for name in [PREFIX + each.upper() for each in Settings.model_fields] + ["GATEWAY_CONFIG"]:
        monkeypatch.delenv(name, raising=False)


def test_nothing_set_is_a_gateway_for_loopback() -> None:
    settings = load()
    assert (settings.host, settings.auth, settings.severities[0]) == ("127.0.0.1", "none", "critical")


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text('pits = 1\nworkers = 2\nport = 3\nseverities = ["bad", "worse"]\n')
    monkeypatch.setenv("GATEWAY_CONFIG", str(file))
    monkeypatch.setenv("GATEWAY_WORKERS", "20")
    monkeypatch.setenv("GATEWAY_PORT", "30")
    settings = load(port=300, host=None)
    assert (settings.pits, settings.workers, settings.port) == (1, 20, 300)
    assert settings.severities == ("bad", "worse")


def test_levels_in_the_environment_stand_between_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_SEVERITIES", "red, amber,green")
    assert load().severities == ("red", "amber", "green")


@pytest.mark.parametrize(
    ("text", "networks"),
    [
        pytest.param("", [], id="none"),
        pytest.param("10.0.0.1", ["10.0.0.1/32"], id="an address"),
        pytest.param("10.0.0.0/8, ::1", ["10.0.0.0/8", "::1/128"], id="a network and an address"),
    ],
)
def test_trusted_proxies_stand_between_commas(monkeypatch: pytest.MonkeyPatch, text: str, networks: list[str]) -> None:
    monkeypatch.setenv("GATEWAY_TRUSTED_PROXIES", text)
    assert [str(each) for each in load().trusted_proxies] == networks


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        pytest.param({"GATEWAY_PORTT": "1"}, "no setting GATEWAY_PORTT; known are ", id="a setting that nobody knows"),
        pytest.param({"GATEWAY_PORT": "x"}, "setting PORT: ", id="a port that is no number"),
        pytest.param({"GATEWAY_HOST": "0.0.0.0"}, "auth none serves loopback only", id="open to all without keys"),
        pytest.param(
            {"GATEWAY_SEVERITIES": "a,,b"}, "severities must be different, non-empty words", id="an empty level"
        ),
        pytest.param(
            {"GATEWAY_SEVERITIES": "a,a"}, "severities must be different, non-empty words", id="a level twice"
        ),
        pytest.param({"GATEWAY_SEVERITIES": ""}, "severities must be different, non-empty words", id="no level"),
        pytest.param(
            {"GATEWAY_TRUSTED_PROXIES": "10.0.0.1, proxy"},
            "setting TRUSTED_PROXIES[1]: value is not a valid IPv4 or IPv6 network",
            id="a proxy by its name",
        ),
        pytest.param(
            {"GATEWAY_ROOT_PATH": "siem"}, "setting ROOT_PATH: ", id="a root that does not begin with a slash"
        ),
        pytest.param({"GATEWAY_ROOT_PATH": "/siem/"}, "setting ROOT_PATH: ", id="a root that ends with a slash"),
        pytest.param({"GATEWAY_METRICS_PORT": "8000"}, "PORT and METRICS_PORT are two ports", id="one port as two"),
        pytest.param({"GATEWAY_TLS_KEY": "key.pem"}, "TLS_CERTIFICATE and TLS_KEY are set together", id="half of TLS"),
        pytest.param({"GATEWAY_URL_BYTES": "65537"}, "setting URL_BYTES: ", id="targets of any length"),
        pytest.param({"GATEWAY_SECRET": "short"}, "setting SECRET: ", id="a secret that is none"),
        pytest.param(
            {"GATEWAY_CONFIG": "/nowhere.toml"}, "GATEWAY_CONFIG names /nowhere.toml", id="a file that is none"
        ),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], sentence: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refusal:
        load()
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_every_setting_is_described_and_none_can_be_changed() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    with pytest.raises(ValueError, match="frozen"):
        load().port = 1  # type: ignore[misc]
