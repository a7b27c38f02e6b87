"""Answers within points in time. What a snapshot shows cannot change, so it is asked again only to keep it open."""

from collections.abc import Callable, Hashable
from time import monotonic

from gateway.work.remembered import Remembered

_Key = tuple[str, Hashable]

FRESH = 5.0
"""Seconds that an answer is given again, before the engine is asked once more.

The engine keeps a point in time for as long after its last search as the gateway does after the last request, and for
`pit_slots.GRACE` over it: as this is much less, none ends there before it does here. And one that the engine has lost,
or another process has closed, is known to be gone after these seconds, or with the first request for anything else.
"""


class Snapshots:
    """The answers of this process, by tenant, point in time and request; gone with the point in time."""

    def __init__(self, most: int, clock: Callable[[], float] = monotonic) -> None:
        self._answers = Remembered[_Key, tuple[bytes, float]](most)
        self._clock = clock

    def answer(self, tenant: str, handle: str, request: Hashable) -> bytes | None:
        """The answer that was given to this very request, not long ago."""
        held = self._answers.get(tenant, (handle, request))
        return held[0] if held and self._clock() - held[1] < FRESH else None

    def keep(self, tenant: str, handle: str, request: Hashable, answer: bytes) -> None:
        """Keeps the answer, where there is room."""
        self._answers.put(tenant, (handle, request), (answer, self._clock()), len(answer))

    def forget(self, tenant: str, handle: str) -> None:
        """Forgets what was answered within this point in time."""
        for key in self._answers.keys(tenant):
            if key[0] == handle:
                self._answers.forget(tenant, key)
