"""A stop: the listener ends first, and whoever was let in is answered; in one process and in two."""

import os
import signal
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.gateway.serving.edges import Program, program
from tests.gateway.serving.talking import Address, answered, answers, ask, connected, get, post, to_end, until

pytestmark = pytest.mark.outside

CLIENTS = 40
BOTH = pytest.mark.parametrize("workers", [1, 2], ids=["one process", "two processes"])
KEEPING = pytest.mark.parametrize("keeping", [True, False], ids=["kept connections", "a connection each"])


@BOTH
@KEEPING
def test_no_request_that_was_taken_goes_unanswered(workers: int, keeping: bool) -> None:
    with program(workers=workers) as running, storm(running.address, keeping=keeping) as outcomes:
        until(lambda: len(outcomes) > 500)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(30) == 0
    counted = Counter(outcomes)
    assert (set(counted), counted["refused"]) == ({"answered", "refused"}, CLIENTS)


@BOTH
def test_what_is_under_way_is_finished_and_no_other_taken(workers: int) -> None:
    with program(workers=workers) as running, connected(running.address) as connection:
        connection.sendall(get("/sleep/3"))
        with connected(running.address) as uploading:
            uploading.sendall(post("/x", b"body")[:-1])
            running.process.send_signal(signal.SIGTERM)
            until(lambda: is_refused(running.address))
            uploading.sendall(b"y")
            found = [*answers(to_end(uploading)), *answers(to_end(connection))]
        assert running.process.wait(30) == 0
    assert [(each.status, each.headers["connection"], each.json["path"]) for each in found] == [
        (200, "close", "/x"),
        (200, "close", "/sleep/3"),
    ]


@BOTH
def test_a_request_over_a_kept_connection_is_the_last(workers: int) -> None:
    with program(workers=workers) as running, connected(running.address) as connection:
        connection.sendall(get("/x"))
        [before] = answered(connection)
        running.process.send_signal(signal.SIGTERM)
        until(lambda: is_refused(running.address))
        connection.sendall(get("/x"))
        [after] = answers(to_end(connection))
        assert running.process.wait(30) == 0
    assert (before.headers.get("connection"), after.headers["connection"]) == (None, "close")


@BOTH
def test_connections_that_say_nothing_hold_nothing_up(workers: int) -> None:
    with program(workers=workers) as running, connected(running.address) as silent, connected(running.address) as half:
        half.sendall(get("/x")[:-2])
        ask(running.address)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(10) == 0
        assert (to_end(silent), [each.status for each in answers(to_end(half))]) == (b"", [408])


@BOTH
def test_what_does_not_end_is_ended_after_the_grace(workers: int) -> None:
    with program(workers=workers, stop_grace=1) as running, connected(running.address) as connection:
        connection.sendall(get("/sleep/60"))
        ask(running.address)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(20) == 0


@BOTH
def test_requests_are_taken_until_the_delay_is_over(workers: int) -> None:
    with program(workers=workers, stop_delay=1) as running:
        running.process.send_signal(signal.SIGTERM)
        until(lambda: ask(running.address).headers.get("connection") == "close")
        until(lambda: is_refused(running.address))
        assert running.process.wait(10) == 0


def test_ctrl_c_does_not_wait_for_the_delay() -> None:
    with program(stop_delay=3600) as running:
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(10) == 0


def test_workers_are_replaced_one_by_one_and_nobody_notices() -> None:
    with program(workers=2) as running, storm(running.address, keeping=True) as outcomes:
        before = workers_of(running)
        running.process.send_signal(signal.SIGHUP)
        until(lambda: not workers_of(running) & before)
        seen = len(outcomes)
        until(lambda: len(outcomes) > seen + 500)
        assert set(outcomes) == {"answered"}
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(30) == 0


def test_a_worker_that_ended_is_replaced() -> None:
    with program(workers=2) as running:
        before = workers_of(running)
        os.kill(min(before), signal.SIGKILL)
        until(lambda: len(workers_of(running) - before) == 1)
        assert {ask(running.address).status for _ in range(20)} == {200}


def workers_of(running: Program) -> set[int]:
    """The processes that answer, as far as forty answers tell."""
    return {ask(running.address).json["process"] for _ in range(40)}


def is_refused(address: Address) -> bool:
    """Whether nobody listens."""
    try:
        with connected(address):
            return False
    except ConnectionRefusedError:
        return True


@contextmanager
def storm(address: Address, *, keeping: bool) -> Iterator[list[str]]:
    """What becomes of each request of many clients, each of which ends once nobody listens any more."""
    outcomes, over = list[str](), threading.Event()
    clients = [threading.Thread(target=client, args=(address, outcomes, over, keeping)) for _ in range(CLIENTS)]
    for each in clients:
        each.start()
    try:
        yield outcomes
    finally:
        over.set()
        for each in clients:
            each.join()


def client(address: Address, outcomes: list[str], over: threading.Event, keeping: bool) -> None:
    """Asks over a connection for as long as that may be, and then over another."""
    while not over.is_set():
        try:
            with connected(address) as connection:
                while outcome(connection, outcomes) and keeping and not over.is_set():
                    pass
        except ConnectionRefusedError:
            outcomes.append("refused")
            return


def outcome(connection: socket.socket, outcomes: list[str]) -> bool:
    """Whether another request may follow."""
    try:
        connection.sendall(get("/x"))
        [answer] = answered(connection)
    except (OSError, AssertionError) as error:
        outcomes.append(repr(error))
        return False
    outcomes.append("answered")
    return "connection" not in answer.headers
