"""What a .dockerignore leaves of the project for an image to be built from."""

import re
from collections.abc import Iterable


def left(path: str, patterns: Iterable[str]) -> bool:
    """Whether the file is there for COPY: the last pattern that it, or a folder above it, fits decides."""
    kept = True
    for pattern in patterns:
        exempt, glob = pattern.startswith("!"), pattern.removeprefix("!").strip("/")
        if any(_compiled(glob).fullmatch(each) for each in _with_folders(path)):
            kept = exempt
    return kept


def _with_folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: length + 1]) for length in range(len(parts))]


def _compiled(glob: str) -> re.Pattern[str]:
    """The pattern as Docker reads it: `**` is any number of folders, `*` and `?` stay within a name."""
    text = re.escape(glob).replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*")
    return re.compile(text.replace(r"\*", "[^/]*").replace(r"\?", "[^/]"))
