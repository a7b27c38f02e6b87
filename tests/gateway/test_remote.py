import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import orjson
import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.cli.clients import additional_field
from gateway.remote import Ending, RemoteError, Target, Watch, bulk, export, snapshot
from gateway.settings import load
from tests.serving import serving

COUNT = 3300
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def gateway_url(opensearch_url: str) -> Iterator[str]:
    """A gateway on a socket, without keys."""
    with serving(load(opensearch_url=opensearch_url)) as url:
        yield url


@pytest.fixture
def run(gateway_url: str, tenant: str) -> Run:
    """Runs a client command against the gateway, as the test's tenant."""

    def ran(command: str, *arguments: str | Path, given: bytes | None = None) -> Result:
        where = ["--url", gateway_url, "--tenant", tenant]
        return CliRunner().invoke(app, [command, *map(str, arguments), *where], input=given)

    return ran


def lines(*documents: object) -> bytes:
    return b"".join(orjson.dumps(each) + b"\n" for each in documents)


def named(incident_id: str, **fields: object) -> dict[str, object]:
    return {"_meta": {"id": incident_id}, **fields}


def test_a_bulk_says_what_became_of_its_items(run: Run, tmp_path: Path) -> None:
    made = tmp_path / "made.ndjson"
    made.write_bytes(lines(*(named(f"i{i}", title="disk full", severity="high" if i else "odd") for i in range(3))))
    done = run("bulk-create", made)
    assert (done.exit_code, done.stdout) == (1, "items: 3\nwith status 201: 2\nwith status 400: 1\n")
    assert done.stderr == 'i0: line 1.severity: no severity "odd"; there are critical, high, medium, low, info\n'


def test_a_bulk_in_which_all_is_well_ends_well(run: Run) -> None:
    done = run("bulk-create", "-", given=lines({"title": "disk full"}))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "items: 1\nwith status 201: 1\n", "")


def test_a_bulk_shows_the_whole_answer_as_json(run: Run) -> None:
    assert run("bulk-create", "-", given=lines(named("i1", title="disk full"))).exit_code == 0
    done = run("bulk-update", "-", "--json", given=lines(named("i1", priority="p1"), named("i2", priority="p1")))
    answer = orjson.loads(done.stdout)
    items = [(each["update"]["_id"], each["update"]["status"]) for each in answer["items"]]
    assert (done.exit_code, answer["errors"], items) == (1, True, [("i1", 200), ("i2", 404)])


def test_many_failures_are_counted_and_some_are_shown(run: Run) -> None:
    done = run("bulk-update", "-", given=lines(*(named(f"i{i}", priority="p1") for i in range(25))))
    assert (done.exit_code, done.stdout) == (1, "items: 25\nwith status 404: 25\n")
    assert done.stderr.splitlines()[9:] == ['i9: line 10: no document "i9"', "and 15 more"]


@pytest.mark.anyio
async def test_a_refused_bulk_is_not_sent(gateway_url: str) -> None:
    source, watch = io.BytesIO(b"{}\n" * 2**20), Watch(sent=_unheard, answer=_unheard, failures=1)
    with pytest.raises(RemoteError) as refusal:
        await bulk(Target(gateway_url, tenant="No"), "bulkCreate", source, None, watch)
    assert str(refusal.value).startswith('the gateway answered 400: X-Scope-OrgID: "No" cannot be a tenant')
    assert source.tell() == 0


def _unheard(_told: object) -> None:
    """Nobody listens."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("title:text:disk*", ("title", "text", "disk*"), id="text"),
        pytest.param("at:text:12:30", ("at", "text", "12:30"), id="text with colons"),
        pytest.param("risk:number:7", ("risk", "number", "7"), id="a number"),
        pytest.param('risk:number:{"gte":7}', ("risk", "number", {"gte": 7}), id="a range of numbers"),
        pytest.param("unit:select:sales", ("unit", "select", "sales"), id="one of a list"),
        pytest.param("tags:multiselect:a,b", ("tags", "multiselect", ["a", "b"]), id="several of a list"),
    ],
)
def test_a_filter_on_a_field(text: str, expected: tuple[str, str, object]) -> None:
    assert additional_field(text) == dict(zip(("name", "type", "value"), expected, strict=True))


def test_an_export_holds_what_the_filters_ask_for(run: Run, tmp_path: Path) -> None:
    made = [named("i1", title="disk full", risk=9), named("i2", title="disk full", risk=1), named("i3", title="odd")]
    assert run("bulk-create", "-", given=lines(*made)).exit_code == 0
    output = tmp_path / "out.ndjson"
    query = '{"match": {"title": "disk"}}'
    filters = ["--search-query", query, "--start-time", "now-1d", "--field", 'risk:number:{"gt": 5}']
    done = run("export", "--output", output, "--incidents-only", "--json", *filters)
    assert (done.exit_code, orjson.loads(done.stdout)) == (0, {"complete": True, "count": 1, "reason": None})
    assert [orjson.loads(each)["_meta"]["id"] for each in output.read_bytes().splitlines()] == ["i1"]


def test_an_export_to_standard_output_is_nothing_but_documents(run: Run) -> None:
    assert run("bulk-create", "-", given=lines(named("i1", title='odd "\nname'))).exit_code == 0
    done = run("export", "--format", "csv")
    head, row = csv.reader(done.stdout.splitlines(keepends=True))
    assert (done.exit_code, done.stderr) == (0, "documents written: 1\n")
    assert dict(zip(head, row, strict=True))["title"] == 'odd "\nname'


def test_a_refused_export_leaves_the_file_as_it_was(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "out.ndjson"
    output.write_text("kept")
    done = run("export", "--output", output, "--search-query", '{"script": {}}')
    refusal = 'the gateway answered 400: search_query.script: the query "script" is not allowed'
    assert (done.exit_code, done.stdout, output.read_text()) == (2, "", "kept")
    assert done.stderr.startswith(f"incident-gateway: {refusal}")


@asynccontextmanager
async def cutting(gateway_url: str, limit: int) -> AsyncIterator[tuple[str, list[int]]]:
    """An address of the gateway where every connection ends after so many bytes of answers; and their lengths."""
    upstream = urlsplit(gateway_url)
    lengths: list[int] = []
    open_ones: set[asyncio.Task[None] | None] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones.add(asyncio.current_task())
        answers, requests = await asyncio.open_connection(upstream.hostname, upstream.port)
        sending = asyncio.create_task(_copied(reader, requests, 2**40))
        # The gateway, too, ends the connection when its client has done so.
        sending.add_done_callback(lambda _done: requests.close())
        lengths.append(await _copied(answers, writer, limit))
        for each in (writer, requests):
            each.transport.abort()
            with suppress(ConnectionError):
                await each.wait_closed()
        await sending

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", lengths
        await asyncio.gather(*(each for each in open_ones if each))


async def _copied(source: asyncio.StreamReader, target: asyncio.StreamWriter, limit: int) -> int:
    count = 0
    with suppress(ConnectionError):
        while count < limit and (chunk := await source.read(min(limit - count, 2**16))):
            target.write(chunk)
            await target.drain()
            count += len(chunk)
    return count


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for before it is tried again."""
    monkeypatch.setattr(export, "_PAUSE", 0.0)


@pytest.fixture
async def many(gateway_url: str, tenant: str) -> list[str]:
    """Ids of more incidents than a few pages hold."""
    ids = [f"i{i}" for i in range(COUNT)]
    body = lines(*(named(each, title='two\nlines, "quoted"') for each in ids))
    async with httpx2.AsyncClient(timeout=60) as client:
        headers = {"X-Scope-OrgID": tenant, "Content-Type": "application/x-ndjson"}
        address = f"{gateway_url}/_im/incidents/bulkCreate?refresh=true"
        (await client.post(address, content=body, headers=headers)).raise_for_status()
    return ids


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("as_csv", "limit"), [pytest.param(False, 700_000, id="NDJSON"), pytest.param(True, 250_000, id="CSV")]
)
async def test_an_export_goes_on_after_every_cut(
    as_csv: bool, limit: int, many: list[str], gateway_url: str, tenant: str, impatient: None
) -> None:
    told: list[int] = []
    output = io.BytesIO()
    async with (
        cutting(gateway_url, limit) as (url, lengths),
        snapshot(Target(url, tenant=tenant), {}, as_csv=as_csv) as wanted,
    ):
        ending = await wanted.write(output, told.append)
    assert (ending, wanted.total, told[-1]) == (Ending(COUNT), COUNT, COUNT)
    assert len(lengths) > 1
    assert sorted(_ids(output.getvalue().decode(), as_csv)) == sorted(many)


def _ids(content: str, as_csv: bool) -> list[str]:
    if as_csv:
        head, *rows = csv.reader(content.splitlines(keepends=True))
        assert head[:2] == ["_id", "_type"]
        return [row[0] for row in rows]
    return [orjson.loads(line)["_meta"]["id"] for line in content.splitlines()]


@pytest.mark.anyio
async def test_an_export_that_never_gets_through_says_so(
    many: list[str], gateway_url: str, tenant: str, impatient: None
) -> None:
    async with (
        cutting(gateway_url, limit=20_000) as (url, _),
        snapshot(Target(url, tenant=tenant), {}) as wanted,
    ):
        ending = await wanted.write(io.BytesIO(), _unheard)
    assert (ending.count, wanted.total) == (0, len(many))
    assert ending.reason is not None
    assert ending.reason.startswith(f"the connection to {url}/_im/incidents/export broke off: ")


@pytest.mark.anyio
async def test_an_export_leaves_no_point_in_time_open(gateway_url: str, tenant: str) -> None:
    target = Target(gateway_url, tenant=tenant)
    async with snapshot(target, {"is_show_aggs": False}) as wanted:
        assert await wanted.write(io.BytesIO(), _unheard) == Ending(0)
    async with httpx2.AsyncClient() as client:
        pits = await client.get(target.at("/incidents/pits"), headers=target.headers())
    assert pits.json()["active_pits"] == 0
