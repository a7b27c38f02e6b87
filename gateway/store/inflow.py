"""How many bytes of replies that are not whole yet may be held at once."""

from typing import Protocol


class Source(Protocol):
    """What brings bytes, and can be kept from it."""

    def pause(self) -> None:
        """Brings no more for now."""

    def resume(self) -> None:
        """Brings more again."""


class Inflow:
    """The bytes held of replies under way; above the limit only the reply that began first goes on arriving."""

    def __init__(self, limit: int) -> None:
        self._limit, self._total = limit, 0
        self._held: dict[Source, int] = {}
        self._paused: list[Source] = []

    def arrived(self, source: Source, size: int) -> int:
        """The bytes that are held of this reply, `size` more than before; its source is paused if there is no room."""
        held = self._held[source] = self._held.get(source, 0) + size
        self._total += size
        if self._total > self._limit and source is not next(iter(self._held)):
            source.pause()
            self._paused.append(source)
        return held

    def finished(self, source: Source) -> None:
        """Forgets the bytes of this reply, and lets the paused go on."""
        self._total -= self._held.pop(source, 0)
        paused, self._paused = self._paused, []
        for each in paused:
            each.resume()
