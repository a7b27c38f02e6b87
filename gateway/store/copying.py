"""A copy of an index under another name, kept up with what is written meanwhile, which ends as the same documents.

A write is copied by its sequence number, of which a later one overwrites an earlier one; a deletion, which has no
document, by what is there no longer. Numbers of the copy come with a higher term than any of the index, so that no
version that somebody holds is ever another one's.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.problems import Unavailable
from gateway.store.checkpoints import Numbers, checkpoints
from gateway.store.client import Client
from gateway.store.replies import Json, complete, parsed

_IDS = 5_000
_PAUSE = 0.05
_KEEP = "2m"


@dataclass(frozen=True, slots=True)
class Copy:
    """An index and what is to become it; so many documents are copied `at_once`."""

    client: Client
    source: str
    target: str
    at_once: int = 1000

    async def prepare(self) -> None:
        """Has the target number its writes above the source, and take what the source has columns for."""
        await self.match()
        while not await self.is_above():
            # The term of a shard rises whenever it is started anew.
            for action in ("_close", "_open"):
                await self.client.call("POST", f"/{self.target}/{action}", write=True)
            await self.client.started(self.target)

    async def is_above(self) -> bool:
        """Whether every version of the target is a later one than any of the source."""
        terms = [await self._terms(index) for index in (self.source, self.target)]
        return min(terms[1]) > max(terms[0])

    async def _terms(self, index: str) -> list[int]:
        path, params = f"/_cluster/state/metadata/{index}", {"filter_path": "metadata.indices.*.primary_terms"}
        reply = parsed(await self.client.call("GET", path, params=params))
        return list(reply["metadata"]["indices"][index]["primary_terms"].values())

    async def match(self) -> None:
        """Gives the target the columns that it lacks."""
        there, wanted = [await self._columns(index) for index in (self.target, self.source)]
        lacking = {name: column for name, column in wanted.items() if name not in there}
        if lacking:
            body = orjson.dumps({"properties": lacking})
            await self.client.call("PUT", f"/{self.target}/_mapping", body, write=True)

    async def _columns(self, index: str) -> dict[str, Any]:
        reply = parsed(await self.client.call("GET", f"/{index}/_mapping"))
        columns: dict[str, Any] = reply[index]["mappings"]["properties"]
        return columns

    async def reached(self) -> Numbers:
        """The number of each shard of the source up to which every write can be copied by now."""
        [point] = await checkpoints(self.client, [self.source])
        await self.client.call("POST", f"/{self.source}/_refresh")
        return point.numbers

    async def copy(self, behind: Numbers) -> int:
        """Copies what was written behind these numbers; how many documents that were."""
        await self.match()
        # The engine cannot be told of which shard to copy: of several, the lowest number does, as more is no harm.
        written = {"range": {"_seq_no": {"gt": min(behind, default=-1)}}}
        source = {"index": self.source, "size": self.at_once, "query": written}
        body = orjson.dumps({"source": source, "dest": {"index": self.target}})
        params = {"wait_for_completion": "false", "refresh": "true"}
        task = parsed(await self.client.call("POST", "/_reindex", body, params=params, write=True))["task"]
        try:
            while not (state := parsed(await self.client.call("GET", f"/_tasks/{task}")))["completed"]:
                await asyncio.sleep(_PAUSE)
        except BaseException:
            # One that went on beside the next would put older documents over newer ones.
            params = {"wait_for_completion": "true"}
            await self.client.call("POST", f"/_tasks/{task}/_cancel", params=params, missing_ok=True, write=True)
            raise
        return _copied(state)

    async def is_whole(self) -> bool:
        """Whether there are as many documents in both; no document is in the target alone then."""
        counts: list[int] = [complete(await self.client.call("GET", f"/{each}/_count"))["count"] for each in self.names]
        return counts[0] == counts[1]

    @property
    def names(self) -> tuple[str, str]:
        """Both."""
        return self.source, self.target

    async def drop_deleted(self) -> None:
        """Deletes in the target what is in the source no longer."""
        await self.client.call("POST", f"/{self.target}/_refresh")
        pit = await self.client.open_pit(self.target, _KEEP)
        try:
            after: list[Any] | None = None
            while page := await self._page(pit, after):
                after = page[-1]["sort"]
                await self._drop([each["_id"] for each in page])
        finally:
            await self.client.close_pits([pit])
        await self.client.call("POST", f"/{self.target}/_refresh")

    async def _page(self, pit: str, after: list[Any] | None) -> list[Json]:
        body: Json = {"size": _IDS, "_source": False, "sort": ["_shard_doc"], "track_total_hits": False}
        body |= {"pit": {"id": pit, "keep_alive": _KEEP}} | ({"search_after": after} if after else {})
        page: list[Json] = complete(await self.client.call("POST", "/_search", orjson.dumps(body)))["hits"]["hits"]
        return page

    async def _drop(self, ids: list[str]) -> None:
        params = {"_source": "false"}
        reply = await self.client.call("POST", f"/{self.source}/_mget", orjson.dumps({"ids": ids}), params=params)
        gone = [each["_id"] for each in parsed(reply)["docs"] if not each["found"]]
        lines = b"".join(orjson.dumps({"delete": {"_id": each}}) + b"\n" for each in gone)
        if lines:
            await self.client.call("POST", f"/{self.target}/_bulk", lines, write=True)


def _copied(state: Json) -> int:
    """How many documents a task copied. Raises Unavailable for one that failed."""
    done = state.get("response", {})
    failed = state.get("error") or next(iter(done.get("failures", ())), None)
    if failed:
        raise Unavailable(f"the engine could not copy: {orjson.dumps(failed).decode()[:300]}")
    return int(done["total"])
