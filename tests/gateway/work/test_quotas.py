"""How much a caller may ask for: requests a second, and requests at once."""

import math
from typing import Any

import pytest

from gateway.problems import TooMany
from gateway.sources import load
from gateway.work.quotas import Quota, Quotas, Rate

NOW = 1_000_000.7


@pytest.mark.parametrize(
    ("per_second", "burst", "asks", "granted"),
    [
        pytest.param(2, 2, [(0, 3)], [(0, 2)], id="no more at once than the burst"),
        pytest.param(2, 2, [(0, 2), (0.4, 1), (0.5, 1), (0.9, 1), (1, 1)], [(0, 2), (0.5, 1), (1, 1)], id="its rate"),
        pytest.param(2, 2, [(0, 9), (60, 9)], [(0, 2), (60, 2)], id="never more than the burst after a pause"),
        pytest.param(0.1, 1, [(0, 1), (9.9, 1), (10, 1)], [(0, 1), (10, 1)], id="less than one a second"),
        pytest.param(10, 3, [(0, 5), (0.1, 5), (0.3, 5)], [(0, 3), (0.1, 1), (0.3, 2)], id="what came meanwhile"),
    ],
)  # fmt: skip
def test_what_is_granted(
    per_second: float, burst: int, asks: list[tuple[float, int]], granted: list[tuple[float, int]]
) -> None:
    rate = Rate(per_second, burst)
    counts = [(at, sum(rate.take("a", NOW + at)[1] == 0 for _ in range(times))) for at, times in asks]
    assert [(at, count) for at, count in counts if count] == granted


def test_what_is_left_and_how_long_to_wait() -> None:
    rate = Rate(2, 3)
    told = [rate.take("a", NOW) for _ in range(4)]
    assert [quota for quota, _ in told] == [Quota(3, 2, 1), Quota(3, 1, 1), Quota(3, 0, 2), Quota(3, 0, 2)]
    assert [round(wait, 6) for _, wait in told] == [0, 0, 0, 0.5]
    assert rate.take("b", NOW) == (Quota(3, 2, 1), 0)


@pytest.mark.parametrize("now", [0.0, 1 / 3, 48_688.762, 49_627.171])
@pytest.mark.parametrize("per_second", [1e-6, 0.3, 1, 7])
def test_whole_seconds_are_not_a_second_more_by_a_fraction_of_a_binary_number(now: float, per_second: float) -> None:
    quota, _ = Rate(per_second, 1).take("a", now)
    assert quota.reset == math.ceil(1 / per_second)


def test_those_that_ask_no_more_are_forgotten() -> None:
    rate = Rate(1, 1)
    for number in range(5000):
        rate.take(f"once {number}", NOW + number)
    assert len(rate._full_at) <= 1100


@pytest.mark.parametrize(
    ("settings", "counted"),
    [
        pytest.param({}, None, id="nothing by default"),
        pytest.param({"rate_requests": 1}, "acme", id="a tenant"),
        pytest.param({"rate_in_flight": 1, "rate_by": "key"}, "acme/k1", id="a key"),
    ],
)
def test_whose_requests_are_counted_together(settings: dict[str, Any], counted: str | None) -> None:
    assert Quotas(load(**settings)).whose("acme", "k1") == counted


def test_requests_at_once() -> None:
    quotas = Quotas(load(rate_in_flight=2))
    quotas.begin("a")
    quotas.begin("a")
    with pytest.raises(TooMany, match="2 requests are under way already"):
        quotas.begin("a")
    quotas.begin("b")
    quotas.end("a")
    quotas.begin("a")


def test_a_burst_that_is_not_set_is_that_of_a_second() -> None:
    quotas = Quotas(load(rate_requests=2.5))
    assert quotas.take("a") == Quota(3, 2, 1)
    assert Quotas(load()).take("a") is None
