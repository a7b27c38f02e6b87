"""Tests that fail in every way there is, each before one that is well; `test_containment` runs them."""

import asyncio
import gc
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies

pytestmark = pytest.mark.anyio


@pytest.fixture
async def steady() -> AsyncIterator[None]:
    await asyncio.sleep(0)
    yield
    await asyncio.sleep(0)


async def well(steady: None) -> None:
    gc.collect()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await asyncio.Event().wait()


async def hang() -> None:
    """Waits for ever; the alarm is the one that pytest-timeout has set for later."""
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    await asyncio.Event().wait()


def cancel() -> None:
    task = asyncio.current_task()
    assert task
    task.cancel()


@pytest.fixture
async def cancelled_before() -> None:
    raise asyncio.CancelledError


@pytest.fixture
async def cancelled_after() -> AsyncIterator[None]:
    yield
    raise asyncio.CancelledError


@pytest.fixture
async def hung_before() -> AsyncIterator[None]:
    await hang()
    yield
    await asyncio.sleep(0)


@pytest.fixture
async def hung_after() -> AsyncIterator[None]:
    yield
    await hang()


async def test_failed(steady: None) -> None:
    raise ValueError


test_well_after_failed = well


async def test_failed_over_a_task_that_fails_later(steady: None) -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError

    task = asyncio.create_task(fail())
    assert task.done()


test_well_after_a_task_that_fails_later = well


def test_failed_over_an_open_socket() -> None:
    # A circle is freed by the collector, whenever that runs.
    circle: list[object] = [socket.socket()]
    circle.append(circle)
    assert not circle


test_well_after_an_open_socket = well


async def test_failed_as_it_was_cancelled(steady: None) -> None:
    raise asyncio.CancelledError


test_well_after_it_was_cancelled = well


async def test_failed_as_it_exited(steady: None) -> None:
    sys.exit()


test_well_after_it_exited = well


async def test_failed_as_a_cancellation_was_still_to_come(steady: None) -> None:
    cancel()


test_well_after_a_cancellation_was_still_to_come = well


async def test_failed_as_a_cancellation_was_left_behind(steady: None) -> None:
    with suppress(asyncio.CancelledError):
        cancel()
        await asyncio.sleep(0)


test_well_after_a_cancellation_was_left_behind = well


@settings(database=None)
@given(strategies.booleans())
async def test_failed_as_a_draw_was_cancelled(value: bool) -> None:
    raise asyncio.CancelledError


test_well_after_a_draw_was_cancelled = well


async def test_failed_as_it_hung(steady: None) -> None:
    await hang()


test_well_after_it_hung = well


async def test_failed_as_it_hung_without_a_fixture() -> None:
    await hang()


test_well_after_it_hung_without_a_fixture = well


def test_failed_as_it_started_a_process() -> None:
    subprocess.run(["true"], check=True)


def test_failed_as_it_connected(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as ours, socket.socket(socket.AF_UNIX) as theirs:
        ours.bind(str(tmp_path / "ours"))
        ours.listen()
        theirs.connect(str(tmp_path / "ours"))


@pytest.mark.outside
def test_well_as_it_says_that_it_starts_one() -> None:
    subprocess.run(["true"], check=True)


async def test_error_as_its_fixture_was_cancelled(steady: None, cancelled_before: None) -> None: ...


test_well_after_its_fixture_was_cancelled = well


async def test_passed_error_as_its_fixture_was_cancelled_at_the_end(steady: None, cancelled_after: None) -> None: ...


test_well_after_its_fixture_was_cancelled_at_the_end = well


async def test_error_as_its_fixture_hung(steady: None, hung_before: None) -> None: ...


test_well_after_its_fixture_hung = well


async def test_passed_error_as_its_fixture_hung_at_the_end(steady: None, hung_after: None) -> None: ...


test_well_after_its_fixture_hung_at_the_end = well
