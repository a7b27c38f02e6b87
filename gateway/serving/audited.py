"""What the audit log says of a request: a write, or a refusal of one that may not do what it asks for."""

from typing import Any

from starlette.types import Scope

from gateway import audit, work

_LONGEST = 128
_MAY_NOT = frozenset({401, 403})


def record(scope: Scope, route: str, status: int) -> None:
    """Writes its line, where it wrote, would have written, or was refused for who asked."""
    state = scope.get("state", {})
    asks, accepted = state.get("asks"), "tenant" in state
    writes = asks is not None and asks != "read"
    if writes or status in _MAY_NOT or (asks is not None and not accepted):
        event = "write" if writes and accepted and status not in _MAY_NOT else "refusal"
        audit.record(event, _line(scope, route, status))


def _line(scope: Scope, route: str, status: int) -> dict[str, Any]:
    caller, client, touched = scope.get("state", {}).get("caller"), scope.get("client"), work.touched()
    return {
        "actor": caller and caller.name,
        "via": caller and caller.via,
        "tenant": caller and caller.tenant,
        "address": client and client[0],
        "method": scope["method"],
        "route": route,
        "ids": list(dict.fromkeys([*_named(scope), *touched.ids])),
        "written": touched.count,
        "outcome": _outcome(status),
        "status": status,
    }


def _named(scope: Scope) -> list[str]:
    """What the path names."""
    params = scope.get("path_params", {})
    return [str(value)[:_LONGEST] for name, value in params.items() if name != "tenant"]


def _outcome(status: int) -> str:
    if status < 400:
        return "done"
    # 499: the caller was gone before there was an answer; 504: it may have been done or not.
    return "unknown" if status in {499, 504} else "failed" if status == 500 else "refused"
