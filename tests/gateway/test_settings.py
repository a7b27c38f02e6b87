"""The settings of a process: where they come from, which one wins, and the sentence that stops a start."""

from pathlib import Path

import pytest

from gateway.dialects.settings import Settings, load
from gateway.settings import PREFIX, SettingsError
from gateway.sources import in_force

ISSUER = {
    "GATEWAY_AUTH": "jwt",
    "GATEWAY_JWT_JWKS": "https://issuer.example.org/keys",
    "GATEWAY_JWT_ISSUER": "https://issuer.example.org/",
    "GATEWAY_JWT_AUDIENCE": "incident-gateway",
}
"""Settings of a gateway that takes tokens."""


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests."""
    for name in [PREFIX + each.upper() for each in Settings.model_fields] + ["GATEWAY_CONFIG"]:
        monkeypatch.delenv(name, raising=False)


def test_nothing_set_is_a_gateway_for_loopback() -> None:
    settings = load()
    assert (settings.host, *settings.auth, settings.severities[0]) == ("127.0.0.1", "none", "critical")


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
        pytest.param(
            {"GATEWAY_PORTT": "1"},
            "no setting GATEWAY_PORTT; the nearest is GATEWAY_PORT",
            id="a setting that nobody knows",
        ),
        pytest.param(
            {"gateway_portt": "1"}, "no setting GATEWAY_PORTT; the nearest is GATEWAY_PORT", id="one in small letters"
        ),
        pytest.param(
            {"GATEWAY_XYZZY": "1"},
            "no setting GATEWAY_XYZZY; without it `incident-gateway settings` lists them",
            id="near nothing",
        ),
        pytest.param({"GATEWAY_PORT": ""}, "setting PORT: a whole number is wanted here", id="a port left empty"),
        pytest.param(
            {"GATEWAY_PIT_KEEP_ALIVE": "soon"},
            'setting PIT_KEEP_ALIVE: "soon" is not a duration such as 30s, 5m or 1h',
            id="a length of time that is none",
        ),
        pytest.param(
            {"GATEWAY_PIT_MAX_KEEP_ALIVE": "1"}, "setting PIT_MAX_KEEP_ALIVE: ", id="a length of time without its unit"
        ),
        pytest.param(
            {"GATEWAY_PIT_KEEP_ALIVE": "2h"}, "PIT_KEEP_ALIVE is over PIT_MAX_KEEP_ALIVE", id="longer than the longest"
        ),
        pytest.param({"GATEWAY_FLAPPING_WINDOW": "inf"}, "setting FLAPPING_WINDOW: ", id="seconds without end"),
        pytest.param({"GATEWAY_LEASE": "nan"}, "setting LEASE: ", id="seconds that are no number"),
        pytest.param({"GATEWAY_PROVISION": "perhaps"}, "setting PROVISION: true or false", id="neither yes nor no"),
        pytest.param(
            {"GATEWAY_AUTH": "key"},
            "setting AUTH[0]: 'none', 'keys' or 'jwt' is wanted here",
            id="an unknown way to know callers",
        ),
        pytest.param({"GATEWAY_OPENSEARCH_CA": ""}, "setting OPENSEARCH_CA: no file is named", id="a file left empty"),
        pytest.param({"GATEWAY_LOG360_ZONE": "Mars"}, "setting LOG360_ZONE: ", id="a zone that is none"),
        pytest.param({"GATEWAY_PORT": "x"}, "setting PORT: ", id="a port that is no number"),
        pytest.param({"GATEWAY_HOST": "0.0.0.0"}, "auth none serves loopback only", id="open to all without keys"),
        pytest.param(
            {"GATEWAY_SEVERITIES": "a,,b"},
            "setting SEVERITIES: levels are 1 to 100 different, non-empty words",
            id="an empty level",
        ),
        pytest.param(
            {"GATEWAY_SEVERITIES": "a,a"},
            "setting SEVERITIES: levels are 1 to 100 different, non-empty words",
            id="a level twice",
        ),
        pytest.param(
            {"GATEWAY_SEVERITIES": ""},
            "setting SEVERITIES: levels are 1 to 100 different, non-empty words",
            id="no level",
        ),
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
        pytest.param({"GATEWAY_SECRET_PREVIOUS": ""}, "setting SECRET_PREVIOUS: at least 16", id="an empty secret"),
        pytest.param(
            {"GATEWAY_SECRET_PREVIOUS": "registry"}, "SECRET_PREVIOUS is another secret than", id="a secret twice"
        ),
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


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        pytest.param({"AUTH": ""}, "setting AUTH: at least 1 items are wanted here", id="no way to know callers"),
        pytest.param({"AUTH": "none,keys"}, "AUTH none stands alone", id="everybody besides those with a key"),
        pytest.param({"JWT_JWKS": None}, "AUTH jwt needs JWT_JWKS", id="no keys"),
        pytest.param({"JWT_ISSUER": None}, "AUTH jwt needs JWT_ISSUER", id="any issuer"),
        pytest.param({"JWT_AUDIENCE": None}, "AUTH jwt needs JWT_AUDIENCE", id="for anybody"),
        pytest.param({"AUTH": "keys"}, "JWT_AUDIENCE is of use with AUTH jwt only", id="tokens that are not taken"),
        pytest.param({"JWT_JWKS": "/no/such.json"}, "setting JWT_JWKS: /no/such.json is no file", id="keys of no file"),
        pytest.param({"JWT_JWKS": ""}, "setting JWT_JWKS: an empty name is no file", id="keys left empty"),
        pytest.param(
            {"JWT_JWKS": "http://issuer.example.org/keys"},
            "setting JWT_JWKS: a file or an https URL is wanted here",
            id="keys in clear",
        ),
        pytest.param({"JWT_JWKS": "ftp://a/keys"}, "setting JWT_JWKS: a file or an https URL", id="another scheme"),
        pytest.param({"JWT_ALGORITHMS": "ES256, none"}, "setting JWT_ALGORITHMS[1]: 'RS256', ", id="no signature"),
        pytest.param({"JWT_ALGORITHMS": "HS256"}, "setting JWT_ALGORITHMS[0]: 'RS256', ", id="a shared secret"),
        pytest.param({"JWT_ALGORITHMS": ""}, "setting JWT_ALGORITHMS: at least 1 items", id="no algorithm"),
        pytest.param({"JWT_LEEWAY": "-1"}, "setting JWT_LEEWAY: 0.0 or more is wanted", id="less than no skew"),
        pytest.param({"JWT_SCOPES": "analyst"}, "setting JWT_SCOPES[0]: a word and its scopes", id="a word alone"),
        pytest.param({"JWT_SCOPES": "a=read,b=reed"}, "setting JWT_SCOPES[1]: a word and its", id="no scope of ours"),
        pytest.param({"JWT_CA": "ca.pem", "JWT_JWKS": __file__}, "JWT_CA is of use with", id="an authority for a file"),
        pytest.param({"RATE_REQUESTS": "0"}, "setting RATE_REQUESTS: more than 0.0 is wanted", id="no requests at all"),
        pytest.param({"RATE_BURST": "5"}, "RATE_BURST is of use with RATE_REQUESTS only", id="a burst of no rate"),
        pytest.param({"RATE_BY": "key"}, "RATE_BY is of use with RATE_REQUESTS or", id="whose, but not how many"),
        pytest.param({"RATE_BY": "user"}, "setting RATE_BY: 'tenant' or 'key' is wanted", id="of nobody known"),
    ],
)
def test_what_is_set_of_callers_is_checked_whole(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str | None], sentence: str
) -> None:
    said = ISSUER | {f"GATEWAY_{name}": value for name, value in environment.items()}
    for name, value in said.items():
        if value is not None:
            monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refusal:
        load()
    assert str(refusal.value).startswith(sentence)
    assert "\n" not in str(refusal.value)


def test_every_setting_is_described_and_none_can_be_changed() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    with pytest.raises(ValueError, match="frozen"):
        load().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("pits = ", "which is no TOML: ", id="no TOML"),
        pytest.param("pits = 1\npits = 2", "which is no TOML: ", id="a setting twice"),
        pytest.param("pitz = 1", "no setting pitz in {file}; the nearest is pits", id="misspelt"),
        pytest.param("PITS = 1", "no setting PITS in {file}; the nearest is pits", id="in capitals"),
        pytest.param("[serve]\nport = 1", "no setting serve in {file}; ", id="a table"),
        pytest.param('port = "high"', "setting PORT: a whole number is wanted here", id="a wrong type"),
        pytest.param("severities = [1]", "setting SEVERITIES[0]: a text is wanted here", id="a wrong item"),
    ],
)
def test_a_wrong_file_stops_the_start_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, sentence: str
) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(text)
    monkeypatch.setenv("GATEWAY_CONFIG", str(file))
    with pytest.raises(SettingsError) as refusal:
        load()
    assert sentence.format(file=file) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_what_is_in_force_and_where_it_comes_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text('pits = 1\nsecret = "0123456789abcdef"\nseverities = ["bad", "worse"]\n')
    monkeypatch.setenv("GATEWAY_CONFIG", str(file))
    monkeypatch.setenv("GATEWAY_PITS", "2")
    monkeypatch.setenv("GATEWAY_OPENSEARCH_URL", "https://ice:p@ss/w,https://b")
    for name, value in (ISSUER | {"GATEWAY_SECRET_PREVIOUS": "registry", "GATEWAY_AUTH": "keys,jwt"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GATEWAY_JWT_SCOPES", "analyst=read write, lead=admin")
    shown = {each.name.removeprefix(PREFIX): (each.value, each.source) for each in in_force(load())}
    assert len(shown) == len(Settings.model_fields)
    wanted = {
        "PITS": ("2", "environment"),
        "SECRET": ("***", str(file)),
        "SEVERITIES": ("bad,worse", str(file)),
        "OPENSEARCH_URL": ("https://ice:***@ss/w,https://b", "environment"),
        "OPENSEARCH_CA": ("", "default"),
        "SECRET_PREVIOUS": ("***", "environment"),
        "AUTH": ("keys,jwt", "environment"),
        "JWT_SCOPES": ("analyst=read write,lead=admin", "environment"),
        "PORT": ("8000", "default"),
    }
    assert {name: shown[name] for name in wanted} == wanted
