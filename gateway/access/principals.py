"""Who calls, and whether the matched route is theirs to call."""

from dataclasses import dataclass

from starlette.requests import Request

from gateway.access.holders import LONGEST_NAME, Holder
from gateway.access.keys import ACT_AS
from gateway.caller_settings import SCOPES
from gateway.headers import header
from gateway.problems import Forbidden, NotFound, Unauthenticated
from gateway.state import Gateway, State
from gateway.store.names import tenant_name
from queries.errors import QueryError

_ALL = frozenset(SCOPES)


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller: the only tenant it can reach, its name, what it may do there, and how it is known.

    `via` is the holder that named it, if one did; `credential` tells what it came with from all else of the tenant.
    """

    tenant: str
    name: str
    scopes: frozenset[str]
    via: str | None = None
    auth: str = "none"
    credential: str = ""


async def principal(
    request: Request[State], scope: str, *, named: str | None = None, key_header: str | None = None, whose: bool = True
) -> Principal:
    """The caller, if it may use a route that asks for `scope`.

    `named` is a tenant that the path names, `key_header` a header that may carry the key too; without `whose`, the
    route takes `User-ID` for something else than who acts. Raises Unauthenticated, Forbidden, or NotFound where
    another's tenant is named, so that it looks like one that does not exist.
    """
    gateway: Gateway = request.state["gateway"]
    sent = header(request.scope, b"x-scope-orgid") or None
    settings, user = gateway.ctx.settings, _user(request)
    if "none" in settings.auth:
        name = named or sent or settings.default_tenant
        tenant = tenant_name(name, "tenant" if named else "X-Scope-OrgID")
        return _noted(request, Principal(tenant, user or "anonymous", _ALL))
    holder = await gateway.credentials.holder(_credential(request, key_header), gateway.ctx.clock())
    caller = _noted(request, _as_itself(holder))
    if scope not in holder.scopes and "admin" not in holder.scopes:
        raise Forbidden(f'{holder.said} has no scope "{scope}"')
    if any(other is not None and other != holder.tenant for other in (named, sent)):
        raise NotFound("no such tenant")
    return caller if user is None else _noted(request, _acting(holder, user, whose))


def _noted(request: Request[State], caller: Principal) -> Principal:
    """The caller, as the audit log is to say who was granted or refused something."""
    request.scope["state"]["caller"] = caller
    return caller


def _user(request: Request[State]) -> str | None:
    user = header(request.scope, b"user-id").strip()
    if len(user) > LONGEST_NAME:
        raise QueryError(f"a user id may have at most {LONGEST_NAME} characters", "User-ID")
    return user or None


def _as_itself(holder: Holder) -> Principal:
    return Principal(holder.tenant, holder.name, holder.scopes, None, holder.auth, holder.credential)


def _acting(holder: Holder, user: str, whose: bool) -> Principal:
    """Whom the holder names, or where the route takes the name for something else itself. Raises Forbidden."""
    if ACT_AS in holder.scopes:
        return Principal(holder.tenant, user, holder.scopes, holder.name, holder.auth, holder.credential)
    if whose:
        raise Forbidden(f'{holder.said} has no scope "{ACT_AS}", and cannot say who acts', "User-ID")
    return _as_itself(holder)


def _credential(request: Request[State], key_header: str | None) -> str:
    """The key or token that the request carries; a bearer goes before another header. Raises Unauthenticated."""
    scheme, _, bearer = header(request.scope, b"authorization").partition(" ")
    text = bearer.strip() if scheme.lower() == "bearer" else ""
    text = text or (request.headers.get(key_header, "").strip() if key_header else "")
    if not text:
        also = f" or {key_header}" if key_header else ""
        raise Unauthenticated(f"a key is wanted: Authorization: Bearer{also}")
    return text
