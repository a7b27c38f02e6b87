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
    for number in range(len(tasks)):
        admission.leave(["loud", *order][number])
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert order == ["loud", "quiet", "loud", "quiet", "loud", "loud"]
    assert all(task.done() for task in tasks)


async def test_as_many_as_there_are_places_are_let_in_at_once() -> None:
    admission, order = Admission(2, 10), list[str]()
    tasks = await waiting(admission, order, "a", "b", "c")
    assert order == ["a", "b"]
    admission.leave("b")
    await tasks[2]
    assert order == ["a", "b", "c"]


async def test_more_than_may_wait_are_refused() -> None:
    admission = Admission(1, 1)
    tasks = await waiting(admission, [], "a", "b")
    with pytest.raises(Unavailable, match="too many requests are waiting; nothing was done"):
        await admission.enter("c", LONG)
    admission.leave("a")
    await tasks[1]


async def test_who_waits_for_too_long_is_refused_and_takes_no_place() -> None:
    admission, order = Admission(1, 10), list[str]()
    await admission.enter("a", LONG)
    with pytest.raises(Unavailable, match="no place became free in time; nothing was done"):
        await admission.enter("b", 0.01)
    admission.leave("a")
    await waiting(admission, order, "c")
    assert order == ["c"]


async def test_who_leaves_the_queue_takes_no_place() -> None:
    admission, order = Admission(1, 10), list[str]()
    await admission.enter("a", LONG)
    first, second = await waiting(admission, order, "b", "c")
    first.cancel()
    await asyncio.sleep(0)
    admission.leave("a")
    await second
    assert order == ["c"]


async def test_a_place_given_to_one_who_left_just_then_goes_to_the_next() -> None:
    admission, order = Admission(1, 10), list[str]()
    await admission.enter("a", LONG)
    first, second = await waiting(admission, order, "b", "c")
    admission.leave("a")
    first.cancel()
    await second
    assert order == ["c"]


BESIDE = [
    # sentence, places, who holds places, who comes then, who of them is let in at once
    ("a tenant that is alone may have all places", 16, {"loud": 15}, ["loud", "loud"], ["loud"]),
    ("beside another it waits, where it has a sixteenth", 32, {"loud": 2, "quiet": 1}, ["loud"], []),
    ("who comes finds room", 32, {"loud": 2, "quiet": 1}, ["loud", "quiet", "new"], ["quiet", "new"]),
    ("of few places it has two", 4, {"quiet": 1, "loud": 1}, ["loud", "loud", "quiet"], ["loud", "quiet"]),
    ("all who are there fill all places", 4, {"a": 2, "b": 1}, ["c", "d", "b"], ["c"]),
]


@pytest.mark.parametrize(
    ("places", "held", "come", "let_in"), [row[1:] for row in BESIDE], ids=[row[0] for row in BESIDE]
)
async def test_beside_others_a_tenant_has_a_part_of_the_places(
    places: int, held: dict[str, int], come: list[str], let_in: list[str]
) -> None:
    admission, order = Admission(places, 10), list[str]()
    for tenant, count in held.items():
        for _ in range(count):
            await admission.enter(tenant, LONG)
    tasks = await waiting(admission, order, *come)
    assert order == let_in
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_tenant_that_was_there_a_moment_ago_finds_room_again() -> None:
    clock = iter([0.0, 0.0, 0.5, 1.0]).__next__
    admission, order = Admission(2, 10, clock), list[str]()
    tasks = await waiting(admission, order, "quiet")
    admission.leave("quiet")
    tasks += await waiting(admission, order, "loud", "loud", "loud", "loud")
    assert order == ["quiet", "loud", "loud"]


async def test_places_that_one_gave_back_serve_all_for_whom_there_is_room() -> None:
    admission, order = Admission(3, 10), list[str]()
    tasks = await waiting(admission, order, "a", "a", "b", "b", "c", "a")
    admission.leave("b")
    await tasks[3]
    admission.leave("a")
    await tasks[4]
    assert order == ["a", "a", "b", "b", "c"]


async def test_where_no_more_may_wait_the_latest_of_the_loudest_goes() -> None:
    admission, order = Admission(1, 3), list[str]()
    await admission.enter("loud", LONG)
    tasks = await waiting(admission, order, "loud", "loud", "loud", "quiet")
    with pytest.raises(Unavailable, match="too many requests are waiting; nothing was done"):
        await tasks[2]
    with pytest.raises(Unavailable, match="too many requests are waiting; nothing was done"):
        await admission.enter("loud", LONG)
    for tenant in ("loud", "loud", "quiet"):
        admission.leave(tenant)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert order == ["loud", "quiet", "loud"]


async def test_beside_others_a_tenant_has_its_share_that_was_said() -> None:
    admission, order = Admission(2, 10, share=1), list[str]()
    tasks = await waiting(admission, order, "a", "b", "a", "b", "c")
    assert order == ["a", "b"]
    for tenant in ("a", "b"):
        admission.leave(tenant)
        await asyncio.sleep(0)
    await asyncio.gather(*tasks[2:4])
    assert order == ["a", "b", "a", "b"]
    tasks[4].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
