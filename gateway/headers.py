"""A request's headers by their names, read once for all who look at them."""

from collections.abc import Mapping

from starlette.types import Scope

BY_NAME = "gateway.headers"
"""Under this name a scope has them."""


def headers(scope: Scope) -> Mapping[bytes, bytes]:
    """The headers by name, in lower case; of one that came more than once the first."""
    by_name: dict[bytes, bytes] | None = scope.get(BY_NAME)
    if by_name is None:
        by_name = scope[BY_NAME] = dict(reversed(scope["headers"]))
    return by_name


def header(scope: Scope, name: bytes) -> str:
    """The text of the header; nothing where there is none."""
    return headers(scope).get(name, b"").decode("latin-1")
