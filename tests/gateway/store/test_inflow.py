"""Bytes of replies under way: who goes on arriving above the limit."""

from gateway.store.inflow import Inflow


class Source:
    """Remembers whether it was told to wait."""

    paused = False

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False


def test_above_the_limit_only_the_first_goes_on_until_one_is_whole() -> None:
    inflow, sources = Inflow(100), [Source(), Source(), Source()]
    first, second, third = sources

    def waiting() -> list[bool]:
        return [source.paused for source in sources]

    assert (inflow.arrived(first, 60), inflow.arrived(second, 40), waiting()) == (60, 40, [False] * 3)
    assert (inflow.arrived(third, 1), waiting()) == (1, [False, False, True])
    assert (inflow.arrived(first, 500), inflow.arrived(second, 1), waiting()) == (560, 41, [False, True, True])
    inflow.finished(first)
    assert waiting() == [False] * 3
    assert (inflow.arrived(second, 1), inflow.arrived(third, 1), waiting()) == (42, 2, [False] * 3)
    assert (inflow.arrived(first, 100), waiting()) == (100, [True, False, False])
    inflow.finished(second)
    inflow.finished(second)
    assert waiting() == [False] * 3
