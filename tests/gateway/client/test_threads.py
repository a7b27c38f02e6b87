"""What is awaited in a thread of its own, for those who do not await."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest

from gateway.client.threads import Awaiting

pytestmark = pytest.mark.outside


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C is told, also in a process of several that run tests, which leave it to the first."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def awaiting() -> Iterator[Awaiting]:
    """A thread that awaits."""
    opened = Awaiting()
    yield opened
    opened.close()


async def answered(value: int) -> int:
    """The value."""
    return value


def test_it_hands_over_what_there_is_and_what_is_raised(awaiting: Awaiting) -> None:
    async def failed() -> None:
        raise KeyError("no")

    assert awaiting.result(answered(7)) == 7
    with pytest.raises(KeyError):
        awaiting.result(failed())


@pytest.mark.usefixtures("interruptible")
def test_who_is_interrupted_ends_what_was_awaited(awaiting: Awaiting) -> None:
    ended = []

    async def interrupting() -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        awaiting.result(interrupting())
    assert ended == ["all of it"]
    assert awaiting.result(answered(7)) == 7


def test_its_end_is_the_end_of_what_other_threads_wait_for() -> None:
    awaiting, begun, told = Awaiting(), threading.Event(), list[BaseException]()

    async def endless() -> None:
        begun.set()
        await asyncio.Event().wait()

    def wait() -> None:
        try:
            awaiting.result(endless())
        except CancelledError as error:
            told.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    assert begun.wait(60)
    awaiting.close()
    thread.join(60)
    assert len(told) == 1
    with pytest.raises(RuntimeError, match="within its `with`"):
        awaiting.result(answered(7))
