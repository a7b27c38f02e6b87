"""Answers that nobody takes are held up to a bound: then who has held most for longest gives way to the others."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from gateway.serving import faults
from gateway.serving.faults import Fault
from gateway.serving.untaken import Untaken
from tests.gateway.serving.edges import tiny
from tests.gateway.serving.talking import connected, get, until
from tests.gateway.serving.test_deadlines import broken, ended


@dataclass(eq=False)
class Client:
    """A client, and what it has not taken yet."""

    size: int
    ended: list[Fault] = field(default_factory=list)

    @property
    def transport(self) -> Any:
        """What knows the size."""
        return self

    def get_write_buffer_size(self) -> int:
        """That of what was not taken."""
        return self.size

    def give_way(self, fault: Fault = faults.GAVE_WAY) -> None:
        """Notes why."""
        self.ended.append(fault)


@pytest.mark.parametrize(
    ("sizes", "taken", "gone"),
    [
        pytest.param([40, 40, 20], {}, [], id="at the bound"),
        pytest.param([40, 40, 21], {}, [0], id="of equal sizes the oldest"),
        pytest.param([10, 80, 20], {}, [1], id="the largest, though it is younger"),
        pytest.param([40, 40, 40, 90], {}, [0, 1, 2], id="as many as it takes"),
        pytest.param([40, 40, 40], {0: 1}, [], id="what was taken meanwhile does not count"),
        pytest.param([40, 40, 70], {0: 15}, [1], id="nor against who took it"),
        pytest.param([900], {}, [], id="never the only one"),
        pytest.param([900, 10], {}, [0], id="but that once there is another"),
    ],
)
def test_who_gives_way(sizes: list[int], taken: dict[int, int], gone: list[int]) -> None:
    held, clients = Untaken(100), [Client(size) for size in sizes]
    for now, client in enumerate(clients):
        if client is clients[-1]:
            for place, left in taken.items():
                clients[place].size = left
        held.wait(client, now)
    assert [place for place, each in enumerate(clients) if each.ended == [faults.ANSWER_BYTES]] == gone


def test_what_was_taken_or_has_ended_is_forgotten() -> None:
    held, clients = Untaken(100), [Client(60) for _ in range(5)]
    for now, each in enumerate(clients):
        held.wait(each, now)
        held.forget(each)
    assert [each.ended for each in clients] == [[]] * 5


@pytest.mark.outside
def test_the_oldest_large_answer_ends_and_the_other_goes_on() -> None:
    before = ended("answer_bytes")
    with tiny(answer_bytes=2**26) as (running, _), connected(running.address) as one, connected(running.address) as two:
        one.sendall(get("/large"))
        until(lambda: running.server._protocols.connections.untaken._waiting)
        two.sendall(get("/large"))
        until(lambda: ended("answer_bytes") == before + 1)
        assert broken(one)
        until(lambda: len(running.server.server_state.connections) == 1)
        assert two.recv(2**20).startswith(b"HTTP/1.1 200")
