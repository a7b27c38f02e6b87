"""Where settings come from: the only reader of the environment; what is wrong, or misspelt, is said in a sentence."""

import os
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gateway.problems import place
from gateway.sentences import sentence
from gateway.settings import CONFIG, PREFIX, Settings, SettingsError

_MASK = "***"
_SECRETS = frozenset({"secret", "secret_previous"})
# A user alone stays; of what may be a password nothing does, a `/` or `@` in it included.
_PASSWORD = re.compile(r"(?<=://)([^:/@]*):.*@")


@dataclass(frozen=True, slots=True)
class Setting:
    """One that is in force, as it would be written, and where it comes from; a secret is masked."""

    name: str
    value: str
    source: str


def load(model: type[Settings] = Settings, **overrides: object) -> Settings:
    """The settings of this process. Raises SettingsError, one sentence, for one that is wrong or that nobody knows."""
    _require_known(_in_environment(), {PREFIX + name.upper() for name in model.model_fields} | {CONFIG})
    file = _file()
    _require_known(_in_file(file), set(model.model_fields), f" in {file}")
    try:
        return model(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(_said(error)) from None


def in_force(settings: Settings) -> Iterator[Setting]:
    """Every setting, by name."""
    environment = set(_in_environment())
    file = _file()
    held = _in_file(file)
    for name in sorted(type(settings).model_fields):
        variable = PREFIX + name.upper()
        source = "environment" if variable in environment else str(file) if name in held else "default"
        yield Setting(variable, _shown(name, getattr(settings, name)), source)


def _in_environment() -> list[str]:
    return sorted(name.upper() for name in os.environ if name.upper().startswith(PREFIX))


def _file() -> Path | None:
    named = os.environ.get(CONFIG)
    if named and not Path(named).is_file():
        raise SettingsError(f"{CONFIG} names {named}, which is no file")
    return Path(named) if named else None


def _in_file(file: Path | None) -> Mapping[str, Any]:
    """What the file sets. Raises SettingsError for one that cannot be read."""
    if file is None:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{CONFIG} names {file}, which is no TOML: {error}") from None


def _require_known(names: Collection[str], known: Collection[str], where: str = "") -> None:
    """Raises SettingsError for the first that is not known, naming the one that is nearest to it."""
    strange = next((name for name in names if name not in known), None)
    if strange is not None:
        words = {_word(name): name for name in known}
        near = get_close_matches(_word(strange), words, 1)
        rest = f"the nearest is {words[near[0]]}" if near else "without it `incident-gateway settings` lists them"
        raise SettingsError(f"no setting {strange}{where}; {rest}")


def _word(name: str) -> str:
    return name.upper().removeprefix(PREFIX)


def _said(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    name = place(first["loc"])
    return f"setting {name.upper()}: {sentence(first)}" if name else first["msg"].removeprefix("Value error, ")


def _shown(name: str, value: object) -> str:
    if value is None:
        return ""
    if name in _SECRETS:
        return _MASK
    text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return _PASSWORD.sub(rf"\1:{_MASK}@", text) if name == "opensearch_url" else text
