"""What the teams' files tell: the same for the same seed, in the shares that they name, and all of it can be sent."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise

import pytest

from gateway.demo.background import DAYS, Team, background, teams
from gateway.demo.stories import Story, filled

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
COUNT = 5000
TOLD = list(background(COUNT, NOW))
ANSWERED = {"incident": "5e1ec7ed0000000000000001", "numeric": 17}
"""What a step keeps of the answer to an earlier one."""


def sent(story: Story) -> list[object]:
    steps = [step for i in range(len(story.steps)) if (step := story.step(i))]
    return [filled([each.by, each.send, each.body], story.names | ANSWERED) for each in steps]


def test_the_same_seed_tells_the_same_stories() -> None:
    told = [sent(each) for each in TOLD[:200]]
    assert [sent(each) for each in list(background(COUNT, NOW))[:200]] == told
    assert [sent(each) for each in list(background(COUNT, NOW, seed=7))[:200]] != told


def texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            yield from chain.from_iterable(map(texts, value))
        case dict():
            yield from chain.from_iterable(map(texts, value.values()))


def test_every_place_of_every_story_is_filled() -> None:
    assert [text for each in TOLD for text in texts(sent(each)) if "{" in text or text == "None"] == []


def test_stories_come_in_their_order_over_the_days_before_now() -> None:
    moments = [each.names["started"] for each in TOLD]
    assert (moments == sorted(moments), moments[-1] < NOW) == (True, True)
    assert NOW - timedelta(days=DAYS) <= moments[0] < NOW - timedelta(days=DAYS - 2)


def test_numbers_rise_and_are_nobody_elses() -> None:
    numbers = [each.names["number"] for each in TOLD]
    assert {after - before for before, after in pairwise(numbers)} == {1}


def test_nights_and_weekends_are_quieter() -> None:
    hours = Counter((each.names["started"].weekday() >= 5, each.names["started"].hour // 8) for each in TOLD)
    assert hours[False, 1] > 2 * hours[False, 0]
    assert hours[False, 1] / 5 > 1.5 * hours[True, 1] / 2


@pytest.mark.parametrize("team", teams(), ids=lambda team: str(team.team))
def test_a_team_has_its_share_and_each_of_its_steps_happens(team: Team) -> None:
    told = [each for each in TOLD if each.steps == team.steps]
    assert abs(len(told) / COUNT - team.share / 100) < 0.01
    happened = {i for each in told for i in range(len(team.steps)) if each.step(i)}
    assert happened == set(range(len(team.steps)))


def test_incidents_are_as_severe_as_they_are_in_life() -> None:
    severities = Counter(each.names["severity"] for each in TOLD if each.names.get("rule"))
    shares = {name: count / severities.total() for name, count in severities.items()}
    assert set(shares) == {"critical", "high", "medium", "low", "info"}
    assert shares["critical"] < 0.1 < shares["high"] < shares["medium"] < 0.5


def test_what_is_done_about_an_incident_comes_in_its_order_and_before_now() -> None:
    for each in TOLD:
        times = [each.names.get(name) for name in ("started", "taken", "held", "ended", "again")]
        known = [at for at in times if at is not None]
        assert (known == sorted(known), known[-1] < NOW) == (True, True), each.names["id"]
