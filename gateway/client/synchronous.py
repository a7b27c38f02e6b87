"""The same client for programs that do not await; it runs in a thread of its own."""

from collections.abc import AsyncGenerator, Coroutine, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from gateway.client import bulks
from gateway.client.asynchronous import AsyncClient
from gateway.client.attempts import Retries
from gateway.client.connection import SILENCE
from gateway.client.results import Change, Document, Filters, Outcome, Page, Selection
from gateway.client.threads import Awaiting

Value = TypeVar("Value")

Rows = Iterable[Mapping[str, Any]]


class Client:
    """A session with a gateway, open within its `with`; everything as `AsyncClient` has it."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        tenant: str | None = None,
        retries: Retries | None = None,
        timeout: float = SILENCE,
    ) -> None:
        self._client = AsyncClient(url, key, tenant=tenant, retries=retries, timeout=timeout)
        self._awaiting: Awaiting | None = None
        self._sources = set[AsyncGenerator[Any, None]]()

    def __enter__(self) -> Self:
        self._awaiting = Awaiting()
        self._result(self._client.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._awaiting is not None:
            try:
                for source in list(self._sources):
                    self._close(source)
                self._result(self._client.__aexit__(kind, error, traceback))
            finally:
                self._awaiting.close()

    def get(self, incident_id: str) -> Document:
        """An incident as it is now. Raises RemoteError of status 404."""
        return self._result(self._client.get(incident_id))

    def create(self, fields: Mapping[str, Any], incident_id: str | None = None, *, refresh: str = "false") -> Document:
        """A new incident; under a new id where none is given."""
        return self._result(self._client.create(fields, incident_id, refresh=refresh))

    def update(
        self, incident_id: str, fields: Mapping[str, Any], *, version: str | None = None, refresh: str = "false"
    ) -> Document:
        """The incident with these fields changed; with a version, of that alone (RemoteError of status 409)."""
        return self._result(self._client.update(incident_id, fields, version=version, refresh=refresh))

    def delete(self, incident_id: str, *, refresh: str = "false") -> None:
        """Deletes an incident."""
        self._result(self._client.delete(incident_id, refresh=refresh))

    @contextmanager
    def pit(self, *, keep_alive: str | None = None) -> Iterator[str]:
        """A point in time, given back behind the block."""
        opened = self._client.pit(keep_alive=keep_alive)
        pit = self._result(_entered(opened))
        try:
            yield pit
        finally:
            self._result(_left(opened))

    def page(self, **words: Any) -> Page:
        """One page, by the words of `incidents_full_types`."""
        return self._result(self._client.page(**words))

    def search(
        self,
        *,
        pit: str | None = None,
        sort: Sequence[Mapping[str, str]] = (),
        fields: Sequence[str] | None = None,
        size: int = 1000,
        **filters: Unpack[Filters],
    ) -> Generator[Document, None, None]:
        """Every document that the filters ask for, to the end, read page by page."""
        for page in self._each(self._client.pages(pit=pit, sort=sort, fields=fields, size=size, **filters)):
            yield from page.documents

    def bulk_update(self, changes: Rows, *, refresh: str = "false") -> Generator[Outcome, None, None]:
        """What became of each change, in order: fields, and `_meta` with the id."""
        return self._bulk("bulkUpdate", changes, refresh)

    def bulk_create(self, drafts: Rows, *, refresh: str = "false") -> Generator[Outcome, None, None]:
        """What became of each new incident, in order: fields, and `_meta` with the id that it is to have."""
        return self._bulk("bulkCreate", drafts, refresh)

    def bulk_delete(self, rows: Rows, *, refresh: str = "false") -> Generator[Outcome, None, None]:
        """What became of each deletion, in order: `_meta` with the id."""
        return self._bulk("bulkDelete", rows, refresh)

    def select(self, change: Mapping[str, Any] | None = None, **filters: Unpack[Filters]) -> Selection:
        """A dry run of a change of all that the filters ask for; without a change, of their deletion."""
        return self._result(self._client.select(change, **filters))

    def run(self, selection: Selection) -> Generator[Outcome, None, None]:
        """Does what the dry run was of: the outcome of each incident that it found, in its order."""
        return self._each(self._client.run(selection))

    def changes(self, after: str | None = None, **filters: Unpack[Filters]) -> Generator[Change, None, None]:
        """Every change behind a cursor, or from now on, without end, whatever breaks meanwhile."""
        return self._each(self._client.changes(after, **filters))

    def _bulk(self, action: str, rows: Rows, refresh: str) -> Generator[Outcome, None, None]:
        """The rows are drawn in the caller's thread, as they may come from this very client."""
        for part in bulks.parts(rows):
            yield from self._result(bulks.done(self._client.asking, action, part, refresh))

    def _result(self, work: Coroutine[Any, Any, Value]) -> Value:
        if self._awaiting is None:
            work.close()
            raise RuntimeError("the client is used within its `with`")
        return self._awaiting.result(work)

    def _each(self, source: AsyncGenerator[Value, None]) -> Generator[Value, None, None]:
        """The values as they come; who stops taking them ends the source, as the end of the `with` does."""
        self._sources.add(source)
        try:
            while (held := self._result(_next(source))) is not None:
                yield held[0]
        finally:
            self._close(source)

    def _close(self, source: AsyncGenerator[Any, None]) -> None:
        if source in self._sources:
            self._sources.remove(source)
            self._result(_closed(source))


async def _next(source: AsyncGenerator[Value, None]) -> tuple[Value] | None:
    async for value in source:
        return (value,)
    return None


async def _closed(source: AsyncGenerator[Any, None]) -> None:
    # One that another thread is in the middle of ends with what it awaits.
    with suppress(RuntimeError):
        await source.aclose()


async def _entered(block: Any) -> Any:
    return await block.__aenter__()


async def _left(block: Any) -> None:
    await block.__aexit__(None, None, None)
