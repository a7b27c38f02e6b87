"""What changes and relations may hold, and where a refusal points."""

import pytest

from gateway.dialects.bigpanda.requests_changes import Change, Changes, Relation
from tests.dialects.bigpanda.calls import NOW, Json
from tests.dialects.bigpanda.change_calls import CHANGE, deep
from tests.refusals import refused


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        *(pytest.param({name: None}, name, id=f"no {name}") for name in ("identifier", "status", "summary", "start")),
        pytest.param({"status": "Ready"}, "status", id="an unknown status"),
        pytest.param({"start": NOW * 1_000_000}, "start", id="a time in microseconds"),
        pytest.param({"start": "now"}, "start", id="a time in words"),
        pytest.param({"identifier": " "}, "identifier", id="a name of white space"),
        pytest.param({"tags": {"a": "v" * 513}}, "tags.a", id="a tag that is too long"),
        pytest.param({"tags": ["a"]}, "tags", id="tags that are a list"),
        pytest.param({"metadata": []}, "metadata", id="data that is no object"),
    ],
)
def test_where_the_refusal_of_a_change_points(fields: Json, where: str) -> None:
    sent = {name: value for name, value in (CHANGE | fields).items() if value is not None}
    assert refused(lambda: Change.model_validate(sent))[0] == where


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"end": NOW - 1}, (None, "a change ends no earlier than it starts"), id="an end before the start"),
        pytest.param(
            {"metadata": {"a": [deep(19)]}}, ("metadata", "nested deeper than 20"), id="data that is too deep"
        ),
        pytest.param({"metadata": deep(400)}, ("metadata", "nested deeper than 20"), id="data of no end"),
    ],
)
def test_what_is_no_change(fields: Json, expected: tuple[str | None, str]) -> None:
    assert refused(lambda: Change.model_validate(CHANGE | fields)) == expected


def test_a_change_is_read_as_senders_have_it() -> None:
    tags = {"count": 1, "on": True, "none": None, "both": ["a", {"b": 2}], "kubernetes.io/app": "web"}
    read = Change.model_validate(CHANGE | {"start": f"{NOW}.5", "end": NOW * 1000, "tags": tags})
    texts = {"count": "1", "on": "true", "both": '["a",{"b":2}]', "kubernetes.io/app": "web"}
    assert (read.start, read.end, read.tags) == (NOW, NOW, texts)


@pytest.mark.parametrize("query", [{"limit": "1001"}, {"sort": "summary"}, {"include": "all"}])
def test_where_the_refusal_of_a_list_points(query: Json) -> None:
    assert refused(lambda: Changes.model_validate(query))[0] == next(iter(query))


@pytest.mark.parametrize("certainty", ["MAYBE", None])
def test_what_is_no_certainty(certainty: str | None) -> None:
    sent = {"change_id": "0" * 24, "incident_id": "0" * 24, "match_certainty": certainty}
    assert refused(lambda: Relation.model_validate(sent))[0] == "match_certainty"
