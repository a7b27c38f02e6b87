"""What a dry run found, as the token that it gives: whose, what, in which snapshot, by which numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.dialects.im import pages, requests, translate
from gateway.incidents.reading import Pit
from gateway.incidents.session import Session
from queries import cursors
from queries.criteria import Criterion
from queries.cursors import Cursor, fingerprint
from queries.errors import QueryError
from queries.periods import iso

_WORDS = ("search_query", "additional_fields", "start_time", "end_time", "is_show_aggs")


@dataclass(frozen=True, slots=True)
class Selection:
    """The incidents that filters ask for in a snapshot, how many they are, and the first of their accounts' numbers."""

    filters: requests.Filters
    pit: str
    total: int
    first: int


def token(session: Session, action: str, change: Mapping[str, Any], selection: Selection) -> str:
    """The selection as text that only this tenant, for this action and this change, gives back."""
    words = selection.filters.model_dump(include=set(_WORDS), exclude_defaults=True)
    parts = [selection.pit, selection.total, selection.first, fingerprint(change).hex(), words]
    return cursors.token(Cursor(parts, 0), fingerprint(session.tenant, "selection", action), session.ctx.secrets)


def read(session: Session, action: str, change: Mapping[str, Any], text: str) -> Selection:
    """The selection in a token. Raises QueryError for one that is not of this tenant, action and change."""
    identity = fingerprint(session.tenant, "selection", action)
    try:
        pit, total, first, digest, words = cursors.read(text, identity, session.ctx.secrets, "token").after
    except QueryError:
        raise QueryError("this token was changed, or is no dry run's of this operation", "token", "bad_token") from None
    if digest != fingerprint(change).hex():
        raise QueryError("the dry run that gave this token was of another change", "change", "bad_token")
    return Selection(requests.Filters.model_validate(words), pit, total, first)


async def snapshot(session: Session, filters: requests.Filters) -> Pit:
    """The point in time that the filters name, or a new one, which lives as long as they ask."""
    if filters.pit is not None:
        pit = await pages.used_pit(session, filters)
        assert pit is not None
        return pit
    pits = session.ctx.pits
    return (await pits.open(session.tenant, is_show_aggs=filters.is_show_aggs, keep_alive=filters.keep_alive))[0]


async def criterion(session: Session, filters: requests.Filters, pit: Pit) -> Criterion:
    """What the filters ask for, `now` being when the snapshot was taken. Raises QueryError at the place."""
    return translate.wanted(filters, await pages.columns_for(session, filters), pit.opened_at)


def expiry(pit: Pit) -> str:
    """Until when the token is good, if it is not used before."""
    return iso(pit.expires_at)
