"""Views: filters, columns and an order that somebody keeps under a name, for themselves or for all of the tenant.

Each is an entry of the registry. Which is an owner's default is another entry, so that there is one at most.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from gateway.incidents.session import Session
from gateway.problems import Conflict, Forbidden, NotFound
from gateway.store.registry import Entry
from queries.errors import QueryError
from queries.periods import iso

MOST, MOST_OF_ALL = 100, 500
"""Views of one owner, and of all owners of a tenant."""

_KIND, _DEFAULT = "view", "view-default"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a view is to be; `contents` are its filters, columns and order."""

    name: str
    shared: bool
    default: bool
    contents: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """A view as somebody sees it; whether it is the default is its owner's alone."""

    id: str
    owner: str
    version: str
    draft: Draft


async def listed(session: Session) -> list[View]:
    """The caller's views and those that others share, by name."""
    entries = await session.registry.of_kind(_KIND, session.tenant)
    views = [_view(session, entry) for entry in entries if _sees(session, entry)]
    default = await _default(session)
    shown = [replace(view, draft=replace(view.draft, default=view.id == default)) for view in views]
    return sorted(shown, key=lambda view: (view.draft.name.casefold(), view.id))


async def read(session: Session, view_id: str) -> View:
    """The view as it is now. Raises NotFound for what is another's own."""
    view = _view(session, _visible(session, view_id, await session.registry.read(_entry_id(session, view_id))))
    return replace(view, draft=replace(view.draft, default=view.id == await _default(session)))


async def create(session: Session, draft: Draft) -> View:
    """A new view of the caller's. Raises QueryError for one more than there may be."""
    view_id = session.new_id()[:24]
    entries = await session.registry.of_kind(_KIND, session.tenant)
    others = [entry for entry in entries if entry["_id"] != _entry_id(session, view_id)]
    if len(others) >= MOST_OF_ALL or sum(entry["owner"] == session.actor for entry in others) >= MOST:
        reason = f"there are {MOST} views of one owner, and {MOST_OF_ALL} of a tenant, at most"
        raise QueryError(reason, None, "too_many_views")
    made = {
        "kind": _KIND, "tenant": session.tenant, "owner": session.actor, "created_at": iso(session.now()),
        "revision": 1, **_kept(draft),
    }  # fmt: skip
    await session.registry.revise(_entry_id(session, view_id), lambda held: held or made)
    await _set_default(session, view_id, wanted=draft.default)
    return await read(session, view_id)


async def change(session: Session, view_id: str, draft: Draft, seen_version: str | None) -> View:
    """The view, made what the draft says. Raises NotFound, Forbidden for another's, Conflict on another version."""
    begun = await session.begun(f"change view {view_id}")

    def edit(held: Entry | None) -> Entry:
        entry = _owned(session, view_id, held)
        after = entry | _kept(draft)
        if begun and after == entry:
            return entry
        _require_version(entry, seen_version)
        return entry if after == entry else after | {"revision": entry["revision"] + 1}

    await session.registry.revise(_entry_id(session, view_id), edit)
    await _set_default(session, view_id, wanted=draft.default)
    return await read(session, view_id)


async def delete(session: Session, view_id: str, seen_version: str | None) -> None:
    """Deletes the view. Raises NotFound, Forbidden for another's, Conflict on another version."""
    begun = await session.begun(f"delete view {view_id}")
    held = await session.registry.get(_entry_id(session, view_id))
    if held is None and begun:
        return
    _require_version(_owned(session, view_id, held.source if held else None), seen_version)
    await session.registry.delete(_entry_id(session, view_id), seen=held)


def _kept(draft: Draft) -> Entry:
    # As text, so that nothing in it can be a field that the engine does not take.
    return {"name": draft.name, "shared": draft.shared, "contents": orjson.dumps(draft.contents).decode()}


def _view(session: Session, entry: Entry) -> View:
    view_id = entry["_id"].removeprefix(_entry_id(session, ""))
    draft = Draft(entry["name"], entry["shared"], default=False, contents=orjson.loads(entry["contents"]))
    return View(view_id, entry["owner"], str(entry["revision"]), draft)


def _sees(session: Session, entry: Entry) -> bool:
    return bool(entry["shared"] or entry["owner"] == session.actor)


def _visible(session: Session, view_id: str, entry: Entry | None) -> Entry:
    if entry is None or not _sees(session, entry):
        raise NotFound(f'no view "{view_id[:80]}"')
    return entry | {"_id": _entry_id(session, view_id)}


def _owned(session: Session, view_id: str, entry: Entry | None) -> Entry:
    """The entry without its id, if it is the caller's."""
    visible = _visible(session, view_id, entry)
    if visible["owner"] != session.actor:
        raise Forbidden(f'the view is of "{visible["owner"]}", who alone may change it')
    return {name: value for name, value in visible.items() if name != "_id"}


def _require_version(entry: Entry, seen_version: str | None) -> None:
    if seen_version is not None and seen_version != str(entry["revision"]):
        raise Conflict(f"the view is at version {entry['revision']}")


async def _default(session: Session) -> str | None:
    entry = await session.registry.read(_default_id(session))
    return entry["view"] if entry else None


async def _set_default(session: Session, view_id: str, *, wanted: bool) -> None:
    """Has the view be the caller's default, or be so no longer."""
    await session.registry.revise(_default_id(session), _default_edit(session, view_id, wanted))


def _default_edit(session: Session, view_id: str, wanted: bool) -> Callable[[Entry | None], Entry | None]:
    def edit(held: Entry | None) -> Entry | None:
        entry = held or {"kind": _DEFAULT, "tenant": session.tenant, "view": None}
        if wanted:
            return entry | {"view": view_id}
        return entry | {"view": None} if entry["view"] == view_id else held

    return edit


def _entry_id(session: Session, view_id: str) -> str:
    return f"view:{session.tenant}:{view_id}"


def _default_id(session: Session) -> str:
    owner = hashlib.sha256(session.actor.encode()).hexdigest()[:32]
    return f"view-default:{session.tenant}:{owner}"
