"""The ATT&CK matrix with counts under the filters of a search, and the same as a layer of the Navigator."""

import re
from typing import Any

import pytest

from gateway import attack
from tests.dialects.im.calls import IM, Client, Json, Refusal, created, loaded, opened, put, refusal

pytestmark = pytest.mark.anyio

DRAFTS: list[Json] = [
    {"id": "a", "mitre": ["T1059.001", "T1059"], "severity": "high"},
    {"id": "b", "mitre": ["t1059.001", "T1059.001", "attack.t1566"], "severity": "low"},
    {"id": "c", "mitre": ["TA0002"]},
    {"id": "d", "mitre": ["T0000", "homemade", "x" * 65]},
    {"id": "e"},
]
HIGH, LOW = '{"term": {"severity": "high"}}', '{"term": {"severity": "low"}}'


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Five incidents."""
    await loaded(shared, DRAFTS)
    return shared


async def read(client: Client, **query: Any) -> Json:
    """The answer, which is the same to both methods."""
    got = await client.get(f"{IM}/mitre", params=query)
    assert got.status_code == 200, got.text
    posted = await client.post(f"{IM}/mitre", json=query)
    assert posted.json() == got.json(), posted.text
    result: Json = got.json()
    return result


def counts(matrix: Json) -> dict[str, int]:
    """What has a count, by id; a technique that stands under several tactics has the same under each."""
    rows: dict[str, int] = {}
    for tactic in matrix["tactics"]:
        techniques = tactic["techniques"]
        subs = [sub for each in techniques for sub in each["subtechniques"]]
        for row in (tactic, *techniques, *subs):
            assert rows.setdefault(row["id"], row["count"]) == row["count"]
    return {id_: count for id_, count in rows.items() if count}


async def test_techniques_and_sub_techniques_apart_and_tactics_as_a_whole(corpus: Client) -> None:
    matrix = await read(corpus)
    # T1566 is of Initial Access, T1059 of Execution.
    assert counts(matrix) == {"TA0001": 1, "T1566": 1, "TA0002": 3, "T1059": 1, "T1059.001": 2}
    unknown = [{"id": "T0000", "count": 1}, {"id": "homemade", "count": 1}]
    assert (matrix["total_docs"], matrix["unknown"], matrix["others"]) == (5, unknown, 0)
    assert matrix.keys() == {"attack_version", "total_docs", "tactics", "unknown", "others"}


async def test_the_whole_catalogue_is_there(corpus: Client) -> None:
    matrix, catalogue = await read(corpus), attack.load()
    assert [each["id"] for each in matrix["tactics"]] == [each.id for each in catalogue.tactics]
    execution = next(each for each in matrix["tactics"] if each["id"] == "TA0002")
    shell = next(each for each in execution["techniques"] if each["id"] == "T1059")
    subs = [each for each in catalogue.techniques if each.id.startswith("T1059.")]
    assert [each["id"] for each in shell["subtechniques"]] == [each.id for each in subs]
    url = "https://attack.mitre.org/techniques/T1059/001"
    assert shell["subtechniques"][0] == {"id": "T1059.001", "name": "PowerShell", "url": url, "count": 2}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(
            {"search_query": '{"term": {"severity": "high"}}'}, {"TA0002", "T1059", "T1059.001"}, id="a query"
        ),
        pytest.param(
            {"search_query": '{"term": {"severity": "low"}}'}, {"TA0001", "T1566", "TA0002", "T1059.001"}, id="b"
        ),
        pytest.param({"end_time": "2001"}, set(), id="a span of nothing"),
    ],
)
async def test_under_filters(corpus: Client, words: Json, expected: set[str]) -> None:
    assert counts(await read(corpus, **words)).keys() == expected


async def test_in_a_point_in_time(client: Client) -> None:
    assert counts(await read(client)) == {}
    await created(client, "a", mitre=["T1059"])
    pit = await opened(client)
    await put(client, "a", mitre=["T1566"])
    assert counts(await read(client, pit=pit)) == {"TA0002": 1, "T1059": 1}
    assert counts(await read(client)) == {"TA0001": 1, "T1566": 1}


def faults(layer: Json) -> list[str]:
    """What of the layer is not as version 4.5 of the format has it: names, types, and what they may be."""
    known = {
        "name": str, "versions": dict, "domain": str, "description": str, "sorting": int, "techniques": list,
        "gradient": dict,
    }  # fmt: skip
    found = [f"{name} is no {kind.__name__}" for name, kind in known.items() if not isinstance(layer.get(name), kind)]
    found += [f"nothing is called {name}" for name in layer if name not in known]
    found += [f"{name} is no text" for name in ("attack", "navigator") if not isinstance(layer["versions"][name], str)]
    found += [] if layer["versions"]["layer"] == "4.5" else ["another version"]
    found += [] if _numbers(layer["versions"]["navigator"]) >= (4, 9, 0) else ["a Navigator of before"]
    found += [] if layer["domain"] in {"enterprise-attack", "mobile-attack", "ics-attack"} else ["no domain"]
    found += [] if layer["sorting"] in range(4) else ["no order"]
    return (
        found + _gradient_faults(layer["gradient"]) + [fault for each in layer["techniques"] for fault in _faults(each)]
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _gradient_faults(gradient: Json) -> list[str]:
    colours = [each for each in gradient["colors"] if re.fullmatch("#[0-9a-f]{6}", each)]
    ordered = gradient["minValue"] < gradient["maxValue"]
    return [] if len(colours) == len(gradient["colors"]) >= 2 and ordered and len(gradient) == 3 else ["no gradient"]


def _faults(technique: Json) -> list[str]:
    known = {"techniqueID", "score", "showSubtechniques"}
    right = re.fullmatch(r"T\d{4}(\.\d{3})?", technique["techniqueID"]) and technique.keys() <= known
    numbers = isinstance(technique.get("score", 0), int) and isinstance(technique.get("showSubtechniques", True), bool)
    return [] if right and numbers else [f"{technique} is no technique"]


async def test_a_layer_of_the_navigator(corpus: Client) -> None:
    layer = await read(corpus, format="navigator")
    assert faults(layer) == []
    assert layer["techniques"] == [
        {"techniqueID": "T1059", "score": 1, "showSubtechniques": True},
        {"techniqueID": "T1059.001", "score": 2},
        {"techniqueID": "T1566", "score": 1},
    ]
    assert layer["gradient"]["maxValue"] == 2
    assert layer["versions"] == {"attack": "17", "navigator": "5.1.0", "layer": "4.5"}


async def test_a_layer_of_nothing(client: Client) -> None:
    layer = await read(client, format="navigator")
    assert (faults(layer), layer["techniques"]) == ([], [])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({"format": "svg"}, (400, "bad_request", "format"), id="no format"),
        pytest.param({"size": 1}, (400, "unknown_field", "size"), id="an unknown word"),
        pytest.param({"pit": "x"}, (404, "not_found", "pit"), id="no point in time"),
        pytest.param({"search_query": '{"regexp": {}}'}, (400, "bad_request", "search_query.regexp"), id="a query"),
    ],
)
async def test_refused(corpus: Client, query: Json, expected: Refusal) -> None:
    assert refusal(await corpus.get(f"{IM}/mitre", params=query)) == expected
