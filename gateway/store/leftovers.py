"""What gateways that ended have left to be finished, whichever tenant's it is: for a gateway that starts."""

import orjson

from gateway.store.client import Client
from gateway.store.hits import Stored
from gateway.store.making import in_use
from gateway.store.names import alias_of, events_of
from gateway.store.replies import complete

MOST = 1000


async def left_of_kind(client: Client, kind: str) -> list[tuple[str, Stored]]:
    """Events of a kind that is not to stay, each with its tenant's name; 1,000 at most."""
    everywhere = events_of("*")
    params = {"ignore_unavailable": "true", "allow_no_indices": "true"}
    await client.call("POST", f"/{everywhere}/_refresh", params=params)
    body = {"query": {"term": {"kind": kind}}, "size": MOST, "seq_no_primary_term": True}
    reply = complete(await client.call("POST", f"/{everywhere}/_search", orjson.dumps(body), params=params))
    hits = reply["hits"]["hits"]
    held = set((await in_use(client, everywhere)).values()) if hits else ()
    return [
        (
            alias_of(item["_index"]).removeprefix(events_of("")),
            Stored(item["_id"], item["_seq_no"], item["_primary_term"], item["_source"]),
        )
        for item in hits
        if item["_index"] in held
    ]
