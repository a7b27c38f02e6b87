"""The way to the engine as settings have it."""

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.settings import Settings, SettingsError
from gateway.store.addresses import HostOptions, OptionError, addresses
from gateway.store.exchange import Signer

_SETTINGS = {
    "urls": "OPENSEARCH_URL",
    "ca": "OPENSEARCH_CA",
    "certificate": "OPENSEARCH_CERTIFICATE",
    "key": "OPENSEARCH_KEY",
    "user": "OPENSEARCH_USER",
    "password": "OPENSEARCH_PASSWORD",
    "signer": "OPENSEARCH_AWS_REGION",
}
"""Settings by the option that they become."""


def check(settings: Settings) -> None:
    """Raises SettingsError for settings of the way to the engine that cannot be."""
    with named_settings():
        addresses(options(settings))


@contextmanager
def named_settings() -> Iterator[None]:
    """Has the block raise SettingsError, which names the setting, for an option that cannot be."""
    try:
        yield
    except OptionError as error:
        raise SettingsError(f"setting {_SETTINGS[error.option]}: {error}") from error


def options(settings: Settings) -> HostOptions:
    """The settings as options of the way to the engine."""
    return HostOptions(
        settings.opensearch_url.split(","),
        ca=settings.opensearch_ca,
        certificate=settings.opensearch_certificate,
        key=settings.opensearch_key,
        user=settings.opensearch_user,
        password=settings.opensearch_password,
        signer=_signer(settings.opensearch_aws_region),
        connections=settings.opensearch_requests,
    )


def _signer(region: str | None) -> Signer | None:
    if region is None:
        return None
    try:
        from gateway.store.signing import aws_signer  # noqa: PLC0415

        return aws_signer(region)
    except ImportError:
        raise OptionError("signer", "needs the extra `aws`") from None
    except ValueError as error:
        raise OptionError("signer", str(error)) from error
