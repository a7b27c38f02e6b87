"""Pages and walks of documents that are large: a page that is too large is refused with the number that fits."""

import asyncio

import orjson
import pytest

from tests.conftest import Serve
from tests.dialects.im.calls import IM, answer

pytestmark = pytest.mark.anyio

LARGE = 125_000
COUNT = 150
FITS = range(130, 136)
"""Of 32 MiB, documents of a text of 125 kB each, which is there twice, as it is long."""
BULK = {"Content-Type": "application/x-ndjson"}


def _lines() -> bytes:
    texts = (f"{number:03}" * (LARGE // 3) for number in range(COUNT))
    rows = [{"_meta": {"id": f"large{n}"}, "title": "large", "description": text} for n, text in enumerate(texts)]
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


async def test_every_way_to_read_them(serve: Serve) -> None:
    async with serve() as client:
        made = answer(await client.post(f"{IM}/incidents/bulkCreate?refresh=true", content=_lines(), headers=BULK))
        assert [each["create"]["status"] for each in made["items"]] == [201] * COUNT
        await client.post(f"{IM}/incidents?refresh=true", json={"title": "small", "description": "small"})
        refused = await client.get(f"{IM}/incidents?size=1000")
        assert (refused.status_code, refused.json()["error"]["where"]) == (400, "size")
        fits = int(refused.text.partition("page; ")[2].partition(" ")[0])
        assert fits in FITS
        page = answer(await client.get(f"{IM}/incidents?size={fits}"))
        assert [len(doc["description"]) for doc in page["docs"]] == [5, *[LARGE // 3 * 3] * (fits - 1)]
        rest = answer(await client.get(f"{IM}/incidents?size=100&after={page['next']}"))
        assert len(rest["docs"]) == COUNT + 1 - fits
        lines = (await client.get(f"{IM}/incidents/export")).content.splitlines()
        assert len(lines) == COUNT + 2
        assert orjson.loads(lines[-1])["_status"]["complete"]
        table = await client.post(f"{IM}/incidents/export", json={"format": "csv", "fields": ["description"]})
        assert [len(row) > LARGE for row in table.text.splitlines()].count(True) == COUNT
        titles = answer(await client.post(f"{IM}/incidents_full_types", json={"size": 5000, "fields": ["title"]}))
        assert len(titles["docs"]) == COUNT + 1
        pages = [client.get(f"{IM}/incidents?size=100") for _ in range(8)]
        assert [each.status_code for each in await asyncio.gather(*pages)] == [200] * 8
        changes = b"".join(b'{"_meta":{"id":"large%d"},"reviewer":"alice"}\n' % n for n in range(COUNT))
        changed = answer(await client.post(f"{IM}/incidents/bulkUpdate", content=changes, headers=BULK))
        assert [each["update"]["status"] for each in changed["items"]] == [200] * COUNT
