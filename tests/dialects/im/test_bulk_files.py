"""What a bulk keeps aside of its answer is given up, however the request ends."""

import tempfile
from typing import Any

import pytest
from starlette.responses import StreamingResponse

from tests.dialects.im.calls import IM, Client

pytestmark = pytest.mark.anyio


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The files that are opened from now on."""
    opened: list[Any] = []
    make: Any = tempfile.SpooledTemporaryFile

    def noted(*sizes: int) -> Any:
        opened.append(make(*sizes))
        return opened[-1]

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", noted)
    return opened


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        pytest.param("bulkCreate", [{"title": "t"}], 200, id="one that is answered"),
        pytest.param("bulkCreate", "x", 200, id="one that is refused at its item"),
        pytest.param("bulkDelete", {"ids": 5}, 400, id="one that is refused before"),
        pytest.param("bulkUpdate?refresh=x", [], 400, id="one whose query is refused"),
    ],
)
async def test_no_file_is_left(shared: Client, files: list[Any], path: str, body: Any, status: int) -> None:
    response = await shared.post(f"{IM}/incidents/{path}", json=body)
    assert (response.status_code, [each for each in files if not each.closed]) == (status, [])


async def test_of_an_answer_that_never_begins_no_file_is_left(
    shared: Client, files: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_asgi: Any) -> None:
        raise OSError("the connection is gone")

    monkeypatch.setattr(StreamingResponse, "__call__", broken)
    response = await shared.post(f"{IM}/incidents/bulkCreate", json=[{"title": "t"}])
    assert (response.status_code, [each.closed for each in files]) == (500, [True])
