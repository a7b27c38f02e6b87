"""What a request is given ends with it, also where the same task goes on to do something else."""

import asyncio

import pytest

from gateway import work
from gateway.work.admission import Admission

pytestmark = pytest.mark.anyio


async def test_what_comes_after_a_work_is_no_part_of_it() -> None:
    admission = Admission(1, 0)
    with work.under_way(60, admission):
        outer = work.current()
        assert outer
        with work.under_way(60, admission):
            assert work.current() is not outer
        assert work.current() is outer
    assert work.current() is None


async def test_a_work_that_fails_gives_its_place_back() -> None:
    admission = Admission(1, 0)
    for _ in range(2):
        with pytest.raises(KeyError):
            await _failing(admission)


async def _failing(admission: Admission) -> None:
    with work.under_way(60, admission):
        current = work.current()
        assert current
        current.tenant = "acme"
        await current.enter()
        raise KeyError


@pytest.mark.parametrize("waits", [True, False], ids=["that waits for one", "that comes later"])
async def test_a_call_of_a_work_that_has_ended_keeps_no_place(*, waits: bool) -> None:
    admission = Admission(1, 1)
    with work.under_way(60, admission) as other:
        other.tenant = "acme"
        await other.enter()
        with work.under_way(60, admission) as failed:
            failed.tenant = "acme"
            call = asyncio.create_task(failed.enter())
            if waits:
                await asyncio.sleep(0)
    await call
    assert admission.spare("acme")


async def test_a_call_with_a_place_elsewhere_needs_none_and_holds_none() -> None:
    admission = Admission(1, 0)
    with work.under_way(60, admission) as current:
        current.tenant = "acme"
        await current.enter()
        with current.aside():
            assert admission.spare("acme")
            await current.enter()
            assert admission.spare("acme")
        await current.enter()
        assert not admission.spare("acme")


async def test_a_call_with_a_place_elsewhere_ends_once_its_caller_has_left() -> None:
    left = asyncio.Event()

    async def caller_left() -> None:
        await left.wait()

    async def call() -> None:
        async with work.aside():
            left.set()
            await asyncio.Event().wait()

    with work.under_way(60, Admission(1, 0)) as current:
        current.caller_left = caller_left
        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(call())
        assert current.is_left


async def test_what_has_written_goes_on_whoever_has_left() -> None:
    asked = asyncio.Event()

    async def caller_left() -> None:
        asked.set()

    with work.under_way(60, Admission(1, 0)) as current:
        current.caller_left = caller_left
        work.note_write()
        async with work.aside():
            await asked.wait()
            await asyncio.sleep(0)
        assert not current.is_left
