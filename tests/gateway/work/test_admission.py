"""Who is let in when, and who is sent away."""

import asyncio

import pytest

from gateway.problems import Unavailable
from gateway.work.admission import Admission

pytestmark = pytest.mark.anyio

LONG = 3600


async def waiting(admission: Admission, order: list[str], *tenants: str) -> list[asyncio.Task[None]]:
    """Requests that wait for a place, in this order; each tells when it has one."""

    async def enter(tenant: str) -> None:
        await admission.enter(tenant, LONG)
        order.append(tenant)

    tasks = []
    for tenant in tenants:
        tasks.append(asyncio.create_task(enter(tenant)))
        await asyncio.sleep(0)
    return tasks


async def test_a_loud_tenant_keeps_no_other_waiting() -> None:
    admission, order = Admission(1, 10), list[str]()
    await admission.enter("loud", LONG)
    tasks = await waiting(admission, order, "loud", "loud", "loud", "quiet", "loud", "quiet")
    for _ in tasks:
        admission.leave()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert order == ["loud", "quiet", "loud", "quiet", "loud", "loud"]
    assert all(task.done() for task in tasks)


async def test_as_many_as_there_are_places_are_let_in_at_once() -> None:
    admission, order = Admission(2, 10), list[str]()
    tasks = await waiting(admission, order, "a", "b", "c")
    assert order == ["a", "b"]
    admission.leave()
    await tasks[2]
    assert order == ["a", "b", "c"]


async def test_more_than_may_wait_are_refused() -> None:
    admission = Admission(1, 1)
    tasks = await waiting(admission, [], "a", "b")
    with pytest.raises(Unavailable, match="too many requests are waiting; nothing was done"):
        await admission.enter("c", LONG)
    admission.leave()
    await tasks[1]


async def test_who_waits_for_too_long_is_refused_and_takes_no_place() -> None:
    admission, order = Admission(1, 10), list[str]()
    await admission.enter("a", LONG)
    with pytest.raises(Unavailable, match="no place became free in time; nothing was done"):
        await admission.enter("b", 0.01)
    admission.leave()
    await waiting(admission, order, "c")
    assert order == ["c"]


async def test_who_leaves_the_queue_takes_no_place() -> None:
    admission, order = Admission(1, 10), list[str]()
    await admission.enter("a", LONG)
    first, second = await waiting(admission, order, "b", "c")
    first.cancel()
    await asyncio.sleep(0)
    admission.leave()
    await second
    assert order == ["c"]


async def test_a_place_given_to_one_who_left_just_then_goes_to_the_next() -> None:
    admission, order = Admission(1, 10), list[str]()
    await admission.enter("a", LONG)
    first, second = await waiting(admission, order, "b", "c")
    admission.leave()
    first.cancel()
    await second
    assert order == ["c"]
