"""Everything that can be set, what can be set of a dialect among it."""

from typing import Any, cast

from pydantic import create_model

from gateway import settings, sources
from gateway.dialects import DIALECTS

_MODELS: tuple[Any, ...] = (settings.Settings, *(dialect.settings for dialect in DIALECTS if dialect.settings))

Settings = cast(type[settings.Settings], create_model("Settings", __base__=_MODELS))


def load(**overrides: object) -> settings.Settings:
    """The settings of this process. Raises SettingsError, one sentence, for one that is wrong or that nobody knows."""
    return sources.load(Settings, **overrides)
