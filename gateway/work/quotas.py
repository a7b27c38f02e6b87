"""How much each tenant or key may ask of one process: requests a second, and requests at once."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import NoReturn

from gateway.problems import TooMany
from gateway.settings import Settings

_FEW = 1024
"""Callers that are remembered in any case."""

_EXACT = 1e-6
"""Times are sums of binary fractions: so much of a second may be missing, or be too much."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What a caller may still ask for: of `limit` requests `remaining`, and all of them in `reset` seconds."""

    limit: int
    remaining: int
    reset: int

    def headers(self) -> Iterator[tuple[bytes, bytes]]:
        """The quota as its caller reads it."""
        yield b"ratelimit-limit", b"%d" % self.limit
        yield b"ratelimit-remaining", b"%d" % self.remaining
        yield b"ratelimit-reset", b"%d" % self.reset


class Rate:
    """A bucket of tokens for each caller, known by the moment at which it is full again (GCRA)."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._cost, self._burst = 1 / per_second, burst
        self._full_at: dict[str, float] = {}
        self._swept_at = _FEW

    def take(self, who: str, now: float) -> tuple[Quota, float]:
        """What the caller has left once it has taken a token, or the seconds that it has to wait for one."""
        full_at = max(self._full_at.get(who, now), now)
        wait = full_at - now - self._cost * (self._burst - 1)
        if wait > _EXACT:
            return Quota(self._burst, 0, _seconds(full_at - now)), wait
        full_at += self._cost
        self._full_at[who] = full_at
        if len(self._full_at) > self._swept_at:
            self._sweep(now)
        left = self._burst - (full_at - now) / self._cost
        return Quota(self._burst, int(left + _EXACT), _seconds(full_at - now)), 0.0

    def _sweep(self, now: float) -> None:
        """Forgets those whose bucket is full, who are as those that never came."""
        self._full_at = {who: full_at for who, full_at in self._full_at.items() if full_at > now}
        self._swept_at = max(_FEW, 2 * len(self._full_at))


class Quotas:
    """What each tenant, or each key, may ask for; without a limit, anything."""

    def __init__(self, settings: Settings) -> None:
        per_second, self._most = settings.rate_requests, settings.rate_in_flight
        burst = settings.rate_burst or math.ceil(per_second or 1)
        self._rate = Rate(per_second, burst) if per_second else None
        self._by_key = settings.rate_by == "key"
        self._in_flight: dict[str, int] = {}

    def whose(self, tenant: str, credential: str) -> str | None:
        """Under which name a caller's requests are counted, or None where nothing is."""
        if self._rate is None and self._most is None:
            return None
        return f"{tenant}/{credential}" if self._by_key else tenant

    def take(self, who: str) -> Quota | None:
        """What the caller may still ask for, if that is limited. Raises RateExceeded where there is nothing left."""
        if self._rate is None:
            return None
        quota, wait = self._rate.take(who, monotonic())
        if wait:
            raise RateExceeded(quota, _seconds(wait))
        return quota

    def begin(self, who: str) -> None:
        """Counts a request that is worked on. Raises TooMany where the caller has as many as it may."""
        if self._most is None:
            return
        count = self._in_flight.get(who, 0)
        if count >= self._most:
            _refuse_in_flight(count)
        self._in_flight[who] = count + 1

    def end(self, who: str) -> None:
        """Counts it no more."""
        if self._most is None:
            return
        count = self._in_flight.pop(who) - 1
        if count:
            self._in_flight[who] = count


class RateExceeded(TooMany):
    """The caller asks for more than it may in a second."""

    kind = "rate_limited"

    def __init__(self, quota: Quota, wait: int) -> None:
        super().__init__("more requests a second than are taken from one caller", retry_after=wait)
        self.quota = quota


def _refuse_in_flight(count: int) -> NoReturn:
    raise TooMany(f"{count} requests are under way already, and more are not taken from one caller")


def _seconds(time: float) -> int:
    """The whole seconds after which that time is surely over."""
    return math.ceil(time - _EXACT)
