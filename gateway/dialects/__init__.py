"""The dialects that are served; the first one's error shape serves paths that belong to none."""

import re

from gateway.dialects.actian.table import dialect as actian
from gateway.dialects.bigpanda.table import dialect as bigpanda
from gateway.dialects.dialect import Dialect
from gateway.dialects.im.table import dialect as im
from gateway.dialects.incidents_v1.table import dialect as incidents_v1
from gateway.dialects.log360.table import dialect as log360

DIALECTS = (im, incidents_v1, log360, bigpanda, actian)

EXTENSIONS = tuple(dialect.extension for dialect in DIALECTS if dialect.extension)
"""What they add to the documents that all of them share."""

SCOPE_WORDS = {word: scope for dialect in DIALECTS for word, scope in dialect.scope_words.items()}
"""What the dialects call our scopes."""

_SLASHES = re.compile("/{2,}")


def speaking(path: str, root_path: str = "") -> Dialect:
    """The dialect to refuse a path in: the one whose prefix it has, or would have with single slashes.

    What a proxy shows the gateway under may stand before that.
    """
    path = _SLASHES.sub("/", path).removeprefix(root_path)
    return next((each for each in DIALECTS if each.serves(path)), DIALECTS[0])
