"""The dashboard and the alerts ask for series, labels and values that a gateway has."""

from collections.abc import Callable

import httpx2
import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.watching.expressions import DASHBOARD, JOB, expressions, filled, measured, missing
from tests.watching.live import used

Line = tuple[str, dict[str, str]]

OF_THE_SCRAPE = {"job": JOB, "instance": "gateway:8000"}
"""What Prometheus adds."""


@pytest.fixture(scope="module")
def scrape(opensearch_url: str, new_tenant: Callable[[], str]) -> list[Line]:
    """The lines of a scrape as Prometheus keeps them."""
    with used(opensearch_url, new_tenant()) as url:
        text = httpx2.get(f"{url}/metrics", timeout=60).raise_for_status().text
    samples = [each for family in text_string_to_metric_families(text) for each in family.samples]
    return [("up", OF_THE_SCRAPE), *((each.name, each.labels | OF_THE_SCRAPE) for each in samples)]


def test_every_question_is_of_series_that_there_are(scrape: list[Line]) -> None:
    wanting = {each.where: missing(each.text, scrape) for each in expressions()}
    assert len(wanting) > 30
    assert {where: names for where, names in wanting.items() if names} == {}


def test_no_variable_of_the_dashboard_is_unknown() -> None:
    assert [each for each in expressions() if not filled(each.text)] == []


def test_panels_of_the_dashboard_do_not_overlap() -> None:
    panels = orjson.loads(DASHBOARD.read_bytes())["panels"]
    cells = [
        (x, y)
        for spot in (each["gridPos"] for each in panels)
        for x in range(spot["x"], spot["x"] + spot["w"])
        for y in range(spot["y"], spot["y"] + spot["h"])
    ]
    assert len(cells) == len(set(cells))
    assert {x for x, _ in cells} == set(range(24))
    assert len({each["id"] for each in panels}) == len(panels)


@pytest.mark.parametrize(
    ("text", "wanting"),
    [
        pytest.param('sum by (call) (rate(calls{call="_search"}[5m]))', [], id="what there is"),
        pytest.param("rate(cals[5m])", ["cals"], id="a series misspelt"),
        pytest.param('calls{call=~"_search|_doc"}', ['calls{call="_doc"}'], id="a value that is never"),
        pytest.param('calls{cal!="_search"}', ["calls{cal}"], id="a label misspelt"),
        pytest.param("sum by (cal) (calls)", ["cal"], id="a grouping misspelt"),
        pytest.param('calls / other{call="x"} > 1', ["other", 'other{call="x"}'], id="the other side of a division"),
    ],
)
def test_what_a_scrape_lacks(text: str, wanting: list[str]) -> None:
    assert missing(text, [("calls", {"call": "_search"})]) == wanting


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("a / b > 0.5", "a / b", id="an alert"),
        pytest.param('up{job="x"} == 0', 'up{job="x"}', id="an alert by equality"),
        pytest.param("a / b", "a / b", id="a panel"),
    ],
)
def test_what_is_compared(text: str, told: str) -> None:
    assert measured(text) == told
