"""The settings of a command: the environment's, with what the command line says on top."""

from importlib import import_module
from pathlib import Path

from gateway import attack, audit, logs
from gateway.dialects.settings import load
from gateway.incidents.model.vocabulary import vocabulary
from gateway.serving import tls
from gateway.settings import Settings, SettingsError
from gateway.store import options
from gateway.store.names import tenant_name

_QUIET = {"log_level": "warning", "log_format": "console"}


def configured(**overrides: object) -> Settings:
    """The settings, if a gateway can run by them. Raises SettingsError, QueryError."""
    settings = load(**overrides)
    if settings.attack_catalogue is not None:
        _require_catalogue(settings.attack_catalogue)
    _require_certificate(settings)
    _require_issuer(settings)
    tenant_name(settings.default_tenant, "setting DEFAULT_TENANT")
    vocabulary(settings)
    options.check(settings)
    audit.configure(settings)
    _require_tracing(settings)
    return settings


def quiet(settings: Settings) -> Settings:
    """The settings, with only warnings logged, and for a person to read, unless they say otherwise."""
    return settings.model_copy(update={k: v for k, v in _QUIET.items() if k not in settings.model_fields_set})


def administering() -> Settings:
    """The settings of a command that does one thing, and its logs as they are to be. Raises SettingsError."""
    settings = quiet(configured())
    logs.configure(settings)
    return settings


def _require_catalogue(path: Path) -> None:
    try:
        attack.load(path)
    except ValueError as error:
        raise SettingsError(f"setting ATTACK_CATALOGUE: {error}") from error


def _require_tracing(settings: Settings) -> None:
    if settings.traces:
        try:
            import_module("gateway.tracing")
        except ImportError:
            raise SettingsError("setting TRACES: needs the extra `otel`") from None


def _require_issuer(settings: Settings) -> None:
    """Raises SettingsError for an issuer's files that cannot be used."""
    if settings.jwt_jwks is None:
        return
    # As slow to import as what verifies with the keys.
    from gateway.access import key_sets  # noqa: PLC0415

    try:
        key_sets.reading(settings.jwt_jwks, settings.jwt_ca)
    except OSError as error:
        reason = f"{settings.jwt_ca} cannot be used as certificate authority: {error}"
        raise SettingsError(f"setting JWT_CA: {reason}") from error
    try:
        if not key_sets.is_remote(settings.jwt_jwks):
            key_sets.key_set(Path(settings.jwt_jwks).read_bytes(), settings.jwt_algorithms)
    except (OSError, ValueError) as error:
        raise SettingsError(f"setting JWT_JWKS: {settings.jwt_jwks}: {error}") from error


def _require_certificate(settings: Settings) -> None:
    for name, file in (("TLS_CERTIFICATE", settings.tls_certificate), ("TLS_KEY", settings.tls_key)):
        if file is not None and not file.is_file():
            raise SettingsError(f"setting {name}: {file} is no file")
    try:
        tls.check(settings)
    except OSError as error:
        reason = getattr(error, "reason", None) or error
        raise SettingsError(
            f"settings TLS_CERTIFICATE and TLS_KEY: no certificate and its key as PEM: {reason}"
        ) from error
