"""The audit log: a line for each write and refusal, that says who, by which key, where and what became of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway import audit
from gateway.dialects.settings import Settings, load
from gateway.settings import SettingsError
from tests import keyring
from tests.conftest import Serve
from tests.dialects.im.calls import IM

pytestmark = pytest.mark.anyio

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """A file that the audit log goes to."""
    audit.configure(Settings(audit_log=tmp_path / "audit.log"))
    yield tmp_path / "audit.log"
    audit.configure(Settings(audit_log=None))


@pytest.fixture
def lines(file: Path) -> Lines:
    """What was written since the last look, without times."""
    told = 0

    def read() -> list[dict[str, Any]]:
        nonlocal told
        held = [orjson.loads(each) for each in file.read_text().splitlines()]
        told, new = len(held), held[told:]
        assert all(each.pop("timestamp") for each in new)
        return new

    return read


def line(event: str, status: int, **more: Any) -> dict[str, Any]:
    """A line of the log; what is None is not in it."""
    rest = {"level": "info", "logger": "gateway.audit", "address": "127.0.0.1", "request_id": "r", "ids": []}
    written = {"event": event, "status": status, "outcome": "done" if status < 400 else "refused", "written": 0}
    return {name: value for name, value in {**rest, **written, **more}.items() if value is not None}


async def test_who_did_what_and_who_was_refused(serve: Serve, opensearch_url: str, tenant: str, lines: Lines) -> None:
    scopes = ("read", "write", "write delete act_as")
    reader, writer, console = (await keyring.tokens(opensearch_url, tenant, *scopes)).values()
    at = {"tenant": tenant, "actor": "a key"}
    one, route = f"{IM}/incidents/one", f"{IM}/incidents/{{id}}"
    by_ann = {"tenant": tenant, "actor": "ann", "via": "a key"}
    ann, other = {"User-ID": "ann"}, {"X-Scope-OrgID": "b"}
    rows: list[tuple[str, str, str, dict[str, str], list[dict[str, Any]]]] = [
        ("POST", one, writer, {}, [line("write", 201, **at, method="POST", route=route, ids=["one"], written=1)]),
        ("GET", one, reader, {}, []),
        ("GET", one, "igk_x", {}, [line("refusal", 401, method="GET", route=route, ids=["one"])]),
        ("POST", one, reader, {}, [line("refusal", 403, **at, method="POST", route=route, ids=["one"])]),
        ("POST", one, writer, ann, [line("refusal", 403, **at, method="POST", route=route, ids=["one"])]),
        ("GET", one, reader, other, [line("refusal", 404, **at, method="GET", route=route, ids=["one"])]),
        ("POST", one, writer, {}, [line("write", 409, **at, method="POST", route=route, ids=["one"])]),
        (
            "DELETE", one, console, ann,
            [line("write", 200, **by_ann, method="DELETE", route=route, ids=["one"], written=1)],
        ),
    ]  # fmt: skip
    async with serve(headers={}, auth="keys") as client:
        for method, path, token, more, wanted in rows:
            headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "r", **more}
            body = {"title": "of no concern"} if method == "POST" else None
            await client.request(method, path, headers=headers, json=body)
            assert lines() == wanted


async def test_of_many_the_first_fifty_are_named(serve: Serve, lines: Lines) -> None:
    body = b"".join(orjson.dumps({"_meta": {"id": f"i{number}"}, "title": "t"}) + b"\n" for number in range(60))
    async with serve() as client:
        headers = {"Content-Type": "application/x-ndjson"}
        await client.post(f"{IM}/incidents/bulkCreate", content=body, headers=headers)
    [told] = lines()
    assert (told["written"], len(told["ids"]), told["actor"]) == (60, 50, "anonymous")


async def test_no_value_and_no_key_is_in_it(serve: Serve, opensearch_url: str, tenant: str, file: Path) -> None:
    [token] = (await keyring.tokens(opensearch_url, tenant, "write")).values()
    async with serve(headers={"Authorization": f"Bearer {token}"}, auth="keys") as client:
        await client.post(f"{IM}/incidents/a?refresh=wait_for", json={"title": "of no concern"})
        await client.get(f"{IM}/incidents?q=of+no+concern", headers={"Authorization": f"Bearer {token}x"})
    text = file.read_text()
    assert text.count("\n") == 2
    assert [each for each in (token, token[-20:], "of no concern", "wait_for") if each in text] == []


async def test_a_file_that_was_moved_away_is_made_anew(serve: Serve, file: Path) -> None:
    async with serve() as client:
        await client.post(f"{IM}/incidents/a", json={"title": "t"})
        file.rename(file.with_suffix(".1"))
        await client.post(f"{IM}/incidents/b", json={"title": "t"})
    assert [orjson.loads(each.read_text())["ids"] for each in (file.with_suffix(".1"), file)] == [["a"], ["b"]]


def test_a_file_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"setting AUDIT_LOG: .* cannot be written: Is a directory"):
        audit.configure(load(audit_log=tmp_path))
