"""The documents of one index of a tenant: read by id, written on the version that was read, searched."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from gateway import work
from gateway.problems import Conflict, NotFound, TimedOut, Unavailable
from gateway.store import blocks, bulk, hits, searching
from gateway.store.attempts import Attempts
from gateway.store.bulk import Item, Write
from gateway.store.client import Client, document_path
from gateway.store.hits import Hit, Reply, Stored
from gateway.store.loads import PART
from gateway.store.names import REGISTRY, incidents_of
from gateway.store.replies import complete, parsed
from gateway.store.tenants import Tenants
from gateway.work.turns import in_turns
from queries.clauses import clause
from queries.criteria import Criterion, Everything
from queries.errors import PageTooLarge
from queries.searches import Search

Document = dict[str, Any]
Edit = Callable[[Document | None], Document | None]
Rewrite = Callable[[Mapping[str, Stored | None]], Awaitable[Mapping[str, Document]]]

_LONGEST_ID = 512
_NOTHING = '{"found":false}'

_FEW = 4

WALKED = 1000
"""Documents of one page of a walk, unless the search says how many."""


@dataclass(frozen=True, slots=True)
class Documents:
    """One index of one tenant. An index that somebody took away is made anew by the write that misses it."""

    client: Client
    tenants: Tenants
    tenant: str
    index: str

    async def get(self, document_id: str) -> Stored | None:
        """The document as it is now, or None."""
        return hits.stored(await self._read(document_id))

    async def hit(self, document_id: str) -> Hit | None:
        """The document as it is now, as its bytes, or None."""
        return hits.hit(await self._read(document_id))

    async def _read(self, document_id: str) -> str:
        # The engine has words of its own for a longer id, and others where its request line becomes too long.
        if len(document_id.encode()) > _LONGEST_ID:
            return _NOTHING
        return await self.client.call("GET", document_path(self.index, document_id), missing_ok=True)

    async def get_many(self, ids: Sequence[str], *, source: bool = True) -> list[Stored | None]:
        """The documents as they are now, in the order asked for; None where there is none."""
        if not ids:
            return []
        params = None if source else {"_source": "false"}
        if not source:
            return await self._got(ids, params)
        most = await self.at_once(len(ids))
        parts = [ids[start : start + most] for start in range(0, len(ids), most)]
        return [document for part in parts for document in await self._got_whole(part)]

    async def at_once(self, count: int) -> int:
        """How many of so many documents may be read at once."""
        return count if count <= _FEW else await searching.at_once(self.client, self._scope)

    async def _got_whole(self, ids: Sequence[str]) -> list[Stored | None]:
        async with self.client.moving(len(ids) * PART // await self.at_once(len(ids))):
            return await self._got(ids)

    async def _got(self, ids: Sequence[str], params: dict[str, str] | None = None) -> list[Stored | None]:
        query = orjson.dumps({"ids": list(ids)})

        async def read() -> list[Stored | None]:
            reply = await self.client.call("POST", f"/{self.index}/_mget", query, params=params, missing_ok=True)
            return hits.documents(reply, len(ids))

        return await self.client.once_started(self.index, read)

    @property
    def _scope(self) -> searching.Scope:
        return searching.Scope(self.tenant, self.index)

    async def write(self, writes: Sequence[Write], *, refresh: str = "false") -> list[Item]:
        """What became of each write, in order. Raises only where none was tried."""
        items = await self._written(writes, refresh)
        blocked = [place for place, item in enumerate(items) if item.blocked]
        while blocked and await blocks.lifted(self.client, self.tenant, self.index):
            again = await self._written([writes[place] for place in blocked], refresh)
            for place, item in zip(blocked, again, strict=True):
                items[place] = item
            blocked = [place for place in blocked if items[place].blocked]
        return items

    async def _written(self, writes: Sequence[Write], refresh: str) -> list[Item]:
        """What became of each, in as many calls as their bytes need; after one that failed, the rest is not tried."""
        items: list[Item] = []
        while len(items) < len(writes):
            lines = await in_turns(bulk.lines(self.index, writes[len(items) :]), bytes)
            try:
                items += await bulk.called(self.client, self.index, lines, refresh)
            except (TimedOut, Unavailable) as error:
                if not items:
                    raise
                items += [bulk.failed(error)] * (len(writes) - len(items))
        self._note_writes([write.id for write, item in zip(writes, items, strict=True) if item.done])
        if any(item.in_no_index for item in items):
            await self.tenants.mend(self.index)
        return items

    async def put(self, write: Write, *, refresh: str = "false") -> str:
        """The version of the document once it is in place. Raises Conflict if that is not as the write assumed."""
        params: dict[str, Any] = {"refresh": refresh}
        if write.version is not None:
            params |= {"if_seq_no": write.version[0], "if_primary_term": write.version[1]}
        elif write.mode == "create":
            params["op_type"] = "create"
        path, document = document_path(self.index, write.id), bulk.encoded(write.document or {})
        self.client.loads.note(self.index, len(document))
        try:
            reply = parsed(await self._past_block("PUT", path, document, params))
        except NotFound:
            await self.tenants.mend(self.index)
            raise Unavailable("the index was missing; try again") from None
        self._note_writes([write.id])
        return f"{reply['_primary_term']}-{reply['_seq_no']}"

    async def delete(self, document_id: str, *, seen: Stored | None = None, refresh: str = "false") -> bool:
        """Deletes the document, of the version `seen` if that is given; False if there was none. Raises Conflict."""
        params: dict[str, Any] = {"refresh": refresh}
        if seen is not None:
            params |= {"if_seq_no": seen.seq_no, "if_primary_term": seen.primary_term}
        path = document_path(self.index, document_id)
        reply = await self._past_block("DELETE", path, None, params)
        deleted = bool(parsed(reply).get("result") == "deleted")
        if deleted:
            self._note_writes([document_id])
        return deleted

    async def _past_block(self, method: str, path: str, body: bytes | None, params: Mapping[str, Any]) -> str:
        gone = method == "DELETE"

        async def sent() -> str:
            return await self.client.call(method, path, body, params=params, missing_ok=gone, write=True)

        return await blocks.past(self.client, self.tenant, self.index, sent)

    def _note_writes(self, ids: Sequence[str]) -> None:
        """What a caller asked for is being done; the gateway's own entries are no part of it."""
        if ids and self.index != REGISTRY:
            work.note_write()
        if self.index == incidents_of(self.tenant):
            work.note_incidents(ids)

    async def delete_matching(self, criterion: Criterion) -> int:
        """Deletes what the criterion holds for, writes of this moment included; how many there were."""
        await self.refresh()
        params = {"conflicts": "proceed", "ignore_unavailable": "true", "refresh": "true"}
        query = orjson.dumps({"query": searching.scoped(clause(criterion), self.tenant)})
        path = f"/{self.index}/_delete_by_query"

        async def done() -> int:
            reply = await self.client.call("POST", path, query, params=params, write=True)
            return int(complete(blocks.whole(reply))["deleted"])

        return await blocks.past(self.client, self.tenant, self.index, done)

    async def rewrite(self, ids: Sequence[str], edit: Rewrite, *, refresh: str = "false") -> dict[str, Item]:
        """Writes what `edit` makes of the documents as they are now, each on the version that was read.

        Those that another writer was faster with are read and edited again. What became of each that was written, by
        its id. Raises Unavailable when one is changing too fast, once every other one is done.
        """
        done: dict[str, Item] = {}
        pending = list(dict.fromkeys(ids))
        async for _ in Attempts("the document"):
            documents = dict(zip(pending, await self.get_many(pending), strict=True))
            after = await edit(documents)
            writes = [Write(each, document, documents[each]) for each, document in after.items()]
            items = dict(zip(after, await self.write(writes, refresh=refresh), strict=True))
            done |= {each: item for each, item in items.items() if not item.overtaken}
            pending = [each for each, item in items.items() if item.overtaken]
            if not pending:
                break
        return done

    async def revise(self, document_id: str, edit: Edit) -> Document | None:
        """The document once `edit` was applied to it as it stood; None, or the same, from an edit writes nothing.

        Raises what the edit raises, and Unavailable.
        """
        async for _ in Attempts("the document"):
            result = await self.get(document_id)
            before = result.source if result else None
            after = edit(before)
            if after is None or after == before:
                break
            try:
                await self.put(Write(document_id, after, result))
                break
            except Conflict:
                continue
        return after

    async def search(
        self, search: Search, *, fresh: bool = False, cached: bool = False, shard: int | None = None
    ) -> Reply:
        """What the search finds, of this tenant alone; with `fresh`, writes of a moment ago too; or in one shard."""
        if fresh:
            await self.refresh()
        return await searching.run(self.client, replace(self._scope, shard=shard), search, cached=cached)

    async def pages(self, search: Search) -> AsyncGenerator[Sequence[Hit], None]:
        """Everything that the search finds, in pages of its size; in an order in which documents keep their places."""
        search = replace(search, size=search.size or WALKED)
        while True:
            try:
                page = (await self.search(search)).hits
            except PageTooLarge as error:
                search = replace(search, size=error.fits)
                continue
            yield page
            if len(page) < search.size:
                return
            search = replace(search, after=page[-1].sort)

    async def highest(self, column: str) -> int:
        """The highest whole number that a document has in the column, one of a moment ago too; 0 if there is none."""
        await self.refresh()
        search = Search(Everything(), (), 0, aggregations={"highest": {"max": {"field": column}}})
        counted = (await searching.run(self.client, self._scope, search)).aggregations
        return int(counted.get("highest", {}).get("value") or 0)

    async def refresh(self) -> None:
        """Makes every write acknowledged so far visible to searches."""
        complete(await self.client.call("POST", f"/{self.index}/_refresh", params={"ignore_unavailable": "true"}))
