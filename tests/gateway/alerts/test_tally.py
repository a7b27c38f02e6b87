"""A tally that is counted on is the one that all alerts come to."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.alerts.tally import Tally, changed, counted, held, of
from tests.gateway.alerts.test_rollup import RULES

HOURS = [f"2026-11-22T0{hour}:00:00.000Z" for hour in range(6)]
Alert = dict[str, Any]


def alerts(alert_id: str) -> st.SearchStrategy[Alert]:
    """An alert of that id, as any dialect may have made it."""
    marks = st.fixed_dictionaries(
        {},
        optional={
            "maintenance_plans": st.sampled_from([[], ["p"]]),
            "flapping_until": st.sampled_from(HOURS),
            "primary_property": st.just("host"),
        },
    )
    tags = st.lists(
        st.fixed_dictionaries({"name": st.sampled_from(["host", "Check"]), "value": st.sampled_from("xyz")})
    )
    return st.fixed_dictionaries(
        {"alert_id": st.just(alert_id), "tags": tags, "ext": st.fixed_dictionaries({"bigpanda": marks})},
        optional={
            "status": st.sampled_from(["ok", "unknown", "warning", "critical", "high"]),
            "started_at": st.sampled_from(HOURS),
            "ended_at": st.sampled_from(HOURS),
            "description": st.sampled_from(["a", "b"]),
        },
    )


STEPS = st.lists(st.sampled_from("abc").flatmap(lambda one: st.tuples(st.just(one), st.none() | alerts(one))))


def comparable(tally: Tally) -> Any:
    """All but the order of the pairs, and the latest end: an alert that fires again is known to end later."""
    return tally.count, tally.statuses, tally.spoken, tally.planned, sorted(tally.pairs.items()), tally.started_at


@given(STEPS)
def test_counted_on_as_counted_anew(steps: list[tuple[str, Alert | None]]) -> None:
    there: dict[str, Alert] = {}
    tally = Tally()
    for alert_id, after in steps:
        before = there.pop(alert_id, None)
        there |= {} if after is None else {alert_id: after}
        anew = counted(there.values(), RULES)
        on = changed(tally, before, after, RULES)
        assert on is None or comparable(on) == comparable(anew)
        assert on is None or on.flapping_until == anew.flapping_until
        assert on is None or (on.ended_at or "") >= (anew.ended_at or "")
        tally = on or anew


@given(st.lists(st.sampled_from("abc").flatmap(alerts)))
def test_what_an_incident_holds_of_it_is_all_of_it(some: list[Alert]) -> None:
    tally = counted(some, RULES)
    assert of({"alert_count": tally.count, **held(tally)}) == (tally if some else Tally())


def test_an_incident_of_before_has_none() -> None:
    assert (of({"alert_count": 2}), of({"alert_count": 0}), of({})) == (None, Tally(), Tally())


def test_another_description_costs_no_look_at_the_others() -> None:
    alert = {"alert_id": "a", "status": "critical", "started_at": HOURS[0], "description": "95 %", "tags": []}
    other = alert | {"alert_id": "b"}
    tally = changed(counted([alert, other], RULES), alert, alert | {"description": "96 %"}, RULES)
    assert tally is not None
    assert tally.pairs == {"description\x1f95 %": 1, "description\x1f96 %": 1}
