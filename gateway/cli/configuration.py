"""The settings of a command: the environment's, with what the command line says on top."""

from pathlib import Path

from gateway import attack
from gateway.settings import Settings, SettingsError, load


def configured(**overrides: object) -> Settings:
    """The settings, if a gateway can run by them. Raises SettingsError."""
    settings = load(**overrides)
    if settings.attack_catalogue is not None:
        _require_catalogue(settings.attack_catalogue)
    return settings


def _require_catalogue(path: Path) -> None:
    try:
        attack.load(path)
    except ValueError as error:
        raise SettingsError(f"setting ATTACK_CATALOGUE: {error}") from error
