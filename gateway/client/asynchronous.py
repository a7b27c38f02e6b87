"""A client of a gateway's native dialect, for programs that await."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Any, Self, Unpack
from urllib.parse import quote

from gateway.client import bulks, following, results
from gateway.client.attempts import Asking, Retries
from gateway.client.bulks import Rows
from gateway.client.connection import SILENCE, RemoteError, Target, session
from gateway.client.results import Change, Document, Filters, Json, Outcome, Page, Selection

_SEARCH = "/incidents_full_types"
_PAGE = 1000


class AsyncClient:
    """A session with a gateway, open within its `async with`.

    What is refused for a while, or breaks off, is tried again, as late as the gateway asks for; writes carry a key by
    which they are done once. What fails in the end raises RemoteError.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        tenant: str | None = None,
        retries: Retries | None = None,
        timeout: float = SILENCE,
    ) -> None:
        self._target, self._retries, self._timeout = Target(url, key, tenant), retries or Retries(), timeout
        self._asking: Asking | None = None
        self._pits = set[str]()

    async def __aenter__(self) -> Self:
        opened = await session(self._target, self._timeout).__aenter__()
        self._asking = Asking(opened, self._target, self._retries)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            # Of walks that were left, and whose generators nobody has closed yet.
            for pit in list(self._pits):
                await self._give_back(pit)
        finally:
            await self.asking.session.close()

    @property
    def asking(self) -> Asking:
        """The session, which is there within the block."""
        if self._asking is None:
            raise RuntimeError("the client is used within its `async with`")
        return self._asking

    async def get(self, incident_id: str) -> Document:
        """An incident as it is now. Raises RemoteError of status 404."""
        return results.document(await self.asking.ask("GET", _incident(incident_id)))

    async def create(
        self, fields: Mapping[str, Any], incident_id: str | None = None, *, refresh: str = "false"
    ) -> Document:
        """A new incident; under a new id where none is given."""
        path = "/incidents" if incident_id is None else _incident(incident_id)
        return results.document(await self.asking.ask("POST", path, fields, params={"refresh": refresh}))

    async def update(
        self, incident_id: str, fields: Mapping[str, Any], *, version: str | None = None, refresh: str = "false"
    ) -> Document:
        """The incident with these fields changed; with a version, of that alone (RemoteError of status 409)."""
        body = {**fields, **({"_meta": {"version": version}} if version else {})}
        return results.document(await self.asking.ask("PUT", _incident(incident_id), body, params={"refresh": refresh}))

    async def delete(self, incident_id: str, *, refresh: str = "false") -> None:
        """Deletes an incident."""
        await self.asking.ask("DELETE", _incident(incident_id), params={"refresh": refresh})

    @asynccontextmanager
    async def pit(self, *, keep_alive: str | None = None) -> AsyncIterator[str]:
        """A point in time, given back behind the block."""
        params = {"keep_alive": keep_alive} if keep_alive else None
        pit: str = (await self.asking.ask("GET", "/incidents/pit", params=params))["id"]
        self._pits.add(pit)
        try:
            yield pit
        finally:
            await self._give_back(pit)

    async def _give_back(self, pit: str) -> None:
        if pit in self._pits:
            self._pits.remove(pit)
            with suppress(RemoteError):
                await self.asking.ask("DELETE", "/incidents/pit", {"id": pit}, keyed=False)

    async def page(self, **words: Any) -> Page:
        """One page, by the words of `incidents_full_types`."""
        answer = await self.asking.ask("POST", _SEARCH, words, keyed=False)
        documents = [results.document(each) for each in answer["docs"]]
        return Page(documents, answer["next"], answer.get("total_docs"))

    async def pages(
        self,
        *,
        pit: str | None = None,
        sort: Sequence[Mapping[str, str]] = (),
        fields: Sequence[str] | None = None,
        size: int = _PAGE,
        **filters: Unpack[Filters],
    ) -> AsyncGenerator[Page, None]:
        """Every page to the end, of the point in time, or of one for this walk."""
        words: Json = {**filters, "sort": list(sort), "size": size}
        words |= {} if fields is None else {"fields": list(fields)}
        if pit is None:
            async with self.pit() as own:
                async for page in self._walk({**words, "pit": own}):
                    yield page
        else:
            async for page in self._walk({**words, "pit": pit}):
                yield page

    async def _walk(self, words: Json) -> AsyncGenerator[Page, None]:
        page = await self.page(**words)
        yield page
        while page.next is not None:
            page = await self.page(**words, after=page.next)
            yield page

    async def search(
        self,
        *,
        pit: str | None = None,
        sort: Sequence[Mapping[str, str]] = (),
        fields: Sequence[str] | None = None,
        size: int = _PAGE,
        **filters: Unpack[Filters],
    ) -> AsyncGenerator[Document, None]:
        """Every document that the filters ask for, to the end, read page by page."""
        async for page in self.pages(pit=pit, sort=sort, fields=fields, size=size, **filters):
            for document in page.documents:
                yield document

    def bulk_update(self, changes: Rows, *, refresh: str = "false") -> AsyncGenerator[Outcome, None]:
        """What became of each change, in order: fields, and `_meta` with the id."""
        return bulks.outcomes(self.asking, "bulkUpdate", changes, refresh)

    def bulk_create(self, drafts: Rows, *, refresh: str = "false") -> AsyncGenerator[Outcome, None]:
        """What became of each new incident, in order: fields, and `_meta` with the id that it is to have."""
        return bulks.outcomes(self.asking, "bulkCreate", drafts, refresh)

    def bulk_delete(self, rows: Rows, *, refresh: str = "false") -> AsyncGenerator[Outcome, None]:
        """What became of each deletion, in order: `_meta` with the id."""
        return bulks.outcomes(self.asking, "bulkDelete", rows, refresh)

    async def select(self, change: Mapping[str, Any] | None = None, **filters: Unpack[Filters]) -> Selection:
        """A dry run of a change of all that the filters ask for; without a change, of their deletion."""
        sent = None if change is None else dict(change)
        body = {**filters, "dry_run": True, **({} if sent is None else {"change": sent})}
        return results.selection(await self.asking.ask("POST", _by_filter(sent), body), sent)

    def run(self, selection: Selection) -> AsyncGenerator[Outcome, None]:
        """Does what the dry run was of: the outcome of each incident that it found, in its order."""
        return following.run(self.asking, _by_filter(selection.change), selection)

    def changes(self, after: str | None = None, **filters: Unpack[Filters]) -> AsyncGenerator[Change, None]:
        """Every change behind a cursor, or from now on, without end, whatever breaks meanwhile."""
        return following.changes(self.asking, after, filters)


def _incident(incident_id: str) -> str:
    return f"/incidents/{quote(incident_id, safe='')}"


def _by_filter(change: Json | None) -> str:
    return f"/incidents/{'bulkDelete' if change is None else 'bulkUpdate'}/byFilter"
