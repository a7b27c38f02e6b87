"""How far an index is written on every copy: up to there, who reads by sequence number misses nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from gateway.store.client import Client
from gateway.store.errors import NotStarted
from gateway.store.names import by_alias
from gateway.store.replies import parsed
from queries.fields import Column

SEQ_NO = Column("_seq_no", "whole")
Numbers = tuple[int, ...]
"""A number of each shard, in their order."""
BY_SEQ_NO = ({"_seq_no": {"order": "asc"}},)

_STATS = "indices.*.uuid,indices.*.shards.*.seq_no,indices.*.shards.*.routing"
_NOT_NOW = "the engine is moving an index; try again"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An index, by an id that a later one of its name does not have, and the number up to which no write is missing.

    Each shard has numbers of its own. Of no index, there is nothing up to -1.
    """

    index: str = ""
    numbers: Numbers = ()

    @property
    def number(self) -> int:
        """That of the only shard."""
        return self.numbers[0] if self.numbers else -1

    def leads_to(self, later: "Checkpoint") -> bool:
        """Whether what was read up to here can be gone on with there."""
        return self.index in {"", later.index}


async def checkpoints(client: Client, indices: Sequence[str]) -> list[Checkpoint]:
    """Where each index stands now. Raises Unavailable where a primary shard does not come to be started."""
    return await client.once_started(",".join(indices), partial(_checkpoints, client, indices))


async def _checkpoints(client: Client, indices: Sequence[str]) -> list[Checkpoint]:
    path, params = f"/{','.join(indices)}/_stats/refresh", {"level": "shards", "ignore_unavailable": "true"}
    stats = parsed(await client.call("GET", path, params={**params, "filter_path": _STATS})).get("indices", {})
    # An index whose shards are all elsewhere just now is in no statistics.
    if len(stats) < len(indices) and len(await _existing(client, indices)) > len(stats):
        raise NotStarted(_NOT_NOW)
    found = [by_alias(stats, index) for index in indices]
    return [Checkpoint() if each is None else _checkpoint(each) for each in found]


async def _existing(client: Client, indices: Sequence[str]) -> dict[str, Any]:
    params = {"ignore_unavailable": "true", "filter_path": "*.settings.index.uuid"}
    return parsed(await client.call("GET", f"/{','.join(indices)}/_settings", params=params))


def _checkpoint(stats: dict[str, Any]) -> Checkpoint:
    shards = sorted(stats.get("shards", {}).items(), key=lambda row: int(row[0]))
    copies = [copy for _, some in shards for copy in some]
    numbers = [copy["seq_no"]["global_checkpoint"] for copy in copies if _is_primary(copy)]
    if not numbers or len(numbers) < len(shards):
        raise NotStarted(_NOT_NOW)
    return Checkpoint(stats["uuid"], tuple(numbers))


def _is_primary(copy: dict[str, Any]) -> bool:
    routing = copy.get("routing", {})
    return bool(routing.get("primary")) and routing.get("state") in {"STARTED", "RELOCATING"} and "seq_no" in copy
