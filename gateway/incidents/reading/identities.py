"""An incident by its id, or by its other names: numeric id, hex id, a client's own id; at once after it was made."""

from typing import Literal

from gateway.incidents.model.difference import INCIDENT
from gateway.incidents.session import Session
from gateway.problems import NotFound
from gateway.store.hits import Hit
from queries.criteria import And, Is, Where
from queries.fields import TYPED_COLUMNS, Column
from queries.searches import Search

Name = Literal["numeric_id", "hex_id", "external_id"]

_INCIDENTS = Where(Column("kind", "keyword"), Is((INCIDENT,)))


async def get(session: Session, document_id: str, kind: str = INCIDENT) -> Hit:
    """The document as it is now. Raises NotFound."""
    incident = await session.incidents.hit(document_id)
    if incident is None or incident.kind != kind:
        raise NotFound(f'no {kind.replace("_", " ")} "{document_id}"')
    return incident


async def find(session: Session, name: Name, value: str | int) -> Hit:
    """The incident of that name as it is now. Raises NotFound.

    A name never changes, so the search only has to know of it; one that it does not know yet, it knows after a refresh.
    """
    missing = NotFound(f'no incident "{value}"')
    document_id = await _id_of(session, name, value, fresh=False)
    document_id = document_id or await _id_of(session, name, value, fresh=True)
    if document_id is None:
        raise missing
    try:
        return await get(session, document_id)
    except NotFound:
        raise missing from None


async def _id_of(session: Session, name: Name, value: str | int, *, fresh: bool) -> str | None:
    wanted = And((Where(TYPED_COLUMNS[name], Is((value,))), _INCIDENTS))
    search = Search(wanted, ({"numeric_id": {"order": "asc"}},), 1, source=False)
    page = (await session.incidents.search(search, fresh=fresh)).hits
    return page[0].id if page else None
