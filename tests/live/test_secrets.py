"""A secret that is changed while points in time and cursors are in use."""

from typing import Any

import pytest

from tests.conftest import Serve
from tests.dialects.im.calls import fresh_id, loaded, refusal, searched

pytestmark = pytest.mark.anyio

OLD, NEW = "the secret of before", "the secret from now on"


@pytest.mark.parametrize(
    ("signs", "takes", "taken"),
    [
        pytest.param({"secret": OLD}, {"secret": NEW, "secret_previous": OLD}, True, id="of before, by the new"),
        pytest.param({"secret": NEW}, {"secret": OLD, "secret_previous": NEW}, True, id="of the new, by one before"),
        pytest.param({"secret": NEW, "secret_previous": OLD}, {"secret": NEW}, True, id="by the new alone at the end"),
        pytest.param({}, {"secret": NEW, "secret_previous": "registry"}, True, id="of the registry, by the new"),
        pytest.param({"secret": NEW}, {"secret_previous": NEW}, True, id="of the new, by the registry's"),
        pytest.param({"secret": OLD}, {"secret": NEW}, False, id="of before, by the new alone"),
        pytest.param({}, {"secret": NEW}, False, id="of the registry, by the new alone"),
    ],
)
async def test_a_walk_goes_on_where_its_secret_is_known(
    serve: Serve, signs: dict[str, Any], takes: dict[str, Any], taken: bool
) -> None:
    ids = sorted(fresh_id() for _ in range(4))
    async with serve(**signs) as one, serve(**takes) as other:
        await loaded(one, [{"id": each} for each in ids])
        pit = (await one.get("/_im/incidents/pit")).json()["id"]
        words: dict[str, Any] = {"pit": pit, "size": 2, "sort": [{"field": "title", "order": "asc"}]}
        first = await searched(one, **words)
        after = {"after": first["next"]}
        if taken:
            rest = await searched(other, **words, **after)
            assert [each["_meta"]["id"] for each in (*first["docs"], *rest["docs"])] == ids
            return
        refused = await other.post("/_im/incidents_full_types", json={**words, **after})
        assert refusal(refused) in {(404, "not_found", "pit"), (400, "bad_cursor", "after")}
