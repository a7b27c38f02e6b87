"""Answers within points in time: how long they are given again, and when they are gone."""

from gateway.store.pit_slots import GRACE
from gateway.store.snapshots import FRESH, Snapshots


class Seconds:
    """A clock that stands until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_engine_is_asked_again_well_before_it_would_end_the_point_in_time() -> None:
    clock = Seconds()
    snapshots = Snapshots(10_000, clock)
    snapshots.keep("t", "pit", "request", b"answer")
    held = []
    for clock.now in (0, FRESH - 1, FRESH):
        held.append(snapshots.answer("t", "pit", "request"))
    assert held == [b"answer", b"answer", None]
    assert GRACE.total_seconds() > 2 * FRESH


def test_an_answer_is_that_of_its_tenant_its_point_in_time_and_its_request() -> None:
    snapshots = Snapshots(10_000)
    snapshots.keep("t", "pit", "request", b"answer")
    others = [("u", "pit", "request"), ("t", "other", "request"), ("t", "pit", "other")]
    assert [snapshots.answer(*each) for each in others] == [None] * 3


def test_with_its_point_in_time_it_is_gone() -> None:
    snapshots = Snapshots(10_000)
    for tenant, handle in (("t", "pit"), ("t", "other"), ("u", "pit")):
        snapshots.keep(tenant, handle, "request", b"answer")
    snapshots.forget("t", "pit")
    left = [snapshots.answer(*each, "request") for each in (("t", "pit"), ("t", "other"), ("u", "pit"))]
    assert left == [None, b"answer", b"answer"]
