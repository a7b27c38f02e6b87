"""An aggregation result, with the incidents that are shown beside it, sent back as it was read, and otherwise."""

import pytest

from tests.dialects.im.calls import Client, answer, ids, loaded, read, refusal
from tests.dialects.im.test_results import RESULTS, listed, result

pytestmark = pytest.mark.anyio


async def test_sent_back_as_it_was_read(client: Client) -> None:
    """What was read can be sent back (docs/dialects/im.md); its incidents too, and not otherwise."""
    await loaded(client, [{"id": name, "started_at": i} for i, name in enumerate("abc")])
    await result(client, "back/1", incident_ids=["a", "b"])
    await result(client, "back/2")
    [shown] = (await listed(client, "incident_aggregation_result_id=1&size=1"))["docs"]
    assert (ids({"docs": shown["incidents"]}), shown["incidents_total"]) == (["b"], 2)
    response = await client.put(f"{RESULTS}/back/1", json=shown)
    assert answer(response) == {"_meta": shown["_meta"], "result": "noop", "synced": 0, "failed": []}
    [alone] = (await listed(client, "incident_aggregation_result_id=2"))["docs"]
    assert answer(await client.put(f"{RESULTS}/back/2", json=alone))["result"] == "noop"

    [b], other = shown["incidents"], await read(client, "c")
    for body, where in (
        ({"incidents_total": 3}, "incidents_total"),
        ({"incidents_total": None}, "incidents_total"),
        ({"incidents": "b"}, "incidents"),
        ({"incidents": [b] * 1001}, "incidents"),
        ({"incidents": [b, {**b, "title": "another"}]}, "incidents[1]"),
        ({"incidents": [b, other]}, "incidents[1]"),
        ({"incidents": ["b"]}, "incidents[0]"),
        ({"incidents": [{"_meta": {"id": 5}}]}, "incidents[0]"),
    ):
        response = await client.put(f"{RESULTS}/back/1", json={"comment": "c", **body})
        assert refusal(response) == (400, "read_only", where)
    assert "comment" not in (await listed(client, "incident_aggregation_id=back"))["docs"][1]
