"""The dialects that are served; the first one's error shape serves paths that belong to none."""

import re

from gateway.dialects import actian, bigpanda, im, incidents_v1, log360
from gateway.dialects.dialect import Dialect

DIALECTS = (im.dialect, incidents_v1.dialect, log360.dialect, bigpanda.dialect, actian.dialect)

EXTENSIONS = tuple(dialect.extension for dialect in DIALECTS if dialect.extension)
"""What they add to the documents that all of them share."""

SCOPE_WORDS = {word: scope for dialect in DIALECTS for word, scope in dialect.scope_words.items()}
"""What the dialects call our scopes."""

_SLASHES = re.compile("/{2,}")


def speaking(path: str) -> Dialect:
    """The dialect to refuse a path in: the one whose prefix it has, or would have with single slashes."""
    path = _SLASHES.sub("/", path)
    return next((each for each in DIALECTS if each.serves(path)), DIALECTS[0])
