"""Who calls, and whether the matched route is theirs to call."""

from dataclasses import dataclass

from starlette.requests import Request

from gateway.access.keys import SCOPES
from gateway.problems import Forbidden, NotFound, Unauthenticated
from gateway.state import Gateway, State
from gateway.store.names import tenant_name
from queries.errors import QueryError

_ALL = frozenset(SCOPES)
LONGEST_NAME = 256


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller: the only tenant it can reach, its name, and what it may do there."""

    tenant: str
    name: str
    scopes: frozenset[str]


async def principal(
    request: Request[State], scope: str, *, named: str | None = None, key_header: str | None = None
) -> Principal:
    """The caller, if it may use a route that asks for `scope`.

    `named` is a tenant that the path names, `key_header` a header that may carry the key too. Raises
    Unauthenticated, Forbidden, or NotFound where another's tenant is named, so that it looks like one that does not
    exist.
    """
    gateway: Gateway = request.state["gateway"]
    header = request.headers.get("x-scope-orgid") or None
    settings = gateway.ctx.settings
    if settings.auth == "none":
        name = named or header or settings.default_tenant
        user = request.headers.get("user-id") or "anonymous"
        if len(user) > LONGEST_NAME:
            raise QueryError(f"a user id may have at most {LONGEST_NAME} characters", "User-ID")
        return Principal(tenant_name(name, "tenant" if named else "X-Scope-OrgID"), user, _ALL)
    key = await gateway.keyring.key(_token(request, key_header), gateway.ctx.clock())
    if scope not in key.scopes and "admin" not in key.scopes:
        raise Forbidden(f'the key "{key.name}" has no scope "{scope}"')
    if any(other is not None and other != key.tenant for other in (named, header)):
        raise NotFound("no such tenant")
    return Principal(key.tenant, key.name, frozenset(key.scopes))


def _token(request: Request[State], key_header: str | None) -> str:
    """The key that the request carries; a bearer goes before another header. Raises Unauthenticated."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() == "bearer" else ""
    token = token or (request.headers.get(key_header, "").strip() if key_header else "")
    if not token:
        also = f" or {key_header}" if key_header else ""
        raise Unauthenticated(f"a key is wanted: Authorization: Bearer{also}")
    return token
