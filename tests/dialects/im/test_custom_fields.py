"""Custom fields: any name, one type each for a tenant, bounded in number."""

from typing import Any

import pytest

from tests.conftest import Serve
from tests.dialects.im.calls import IM, NDJSON, Client, answer, created, fields_of, found, listed, put, read, refusal

pytestmark = pytest.mark.anyio


def nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth - 1):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("text", "any text", id="text"),
        pytest.param("empty_text", "", id="the empty text"),
        pytest.param("long_text", "ä" * 8191, id="the longest text"),
        pytest.param("whole", 5, id="a whole number"),
        pytest.param("large", 2**53 - 1, id="a large one"),
        pytest.param("fraction", -0.125, id="a fraction"),
        pytest.param("flag", False, id="a boolean"),
        pytest.param("nothing", {}, id="an empty object"),
        pytest.param("tree", {"a": {"b": [1, "x", None, {"c": True}]}, "d": None}, id="an object of all sorts"),
        pytest.param("deepest", nested(20), id="an object 20 deep"),
        pytest.param("wide", {f"k{i}": i for i in range(500)}, id="an object of many keys"),
        pytest.param("long_leaf", {"a": "ä" * 15_990}, id="an object with a long text"),
        pytest.param("odd_keys", {"": 1, "a.": 2, ".": 3, " ": 4, "é": {"": []}}, id="an object with odd keys"),
        pytest.param("dotted", {"a.b": 1, "a": {"b": 2}}, id="an object with dots in its keys"),
        pytest.param("texts", ["a", "b", "a"], id="a list of texts"),
        pytest.param("numbers", [1, 2.5], id="a list of numbers"),
        pytest.param("flags", [True, False], id="a list of booleans"),
        pytest.param("objects", [{"a": 1}, {"b": ["x"]}], id="a list of objects"),
        pytest.param("none_yet", [], id="an empty list"),
        pytest.param("x", 1, id="a name of one letter"),
        pytest.param("A-1_" + "z" * 124, 1, id="a name of 128 characters"),
        pytest.param("id", "mine", id="the name id"),
        pytest.param("_meta_"[1:], "mine", id="the name meta_"),
        pytest.param("constructor", {"__proto__": "x"}, id="names that other languages trip over"),
    ],
)
async def test_each_value_reads_back_as_it_was_sent(shared: Client, name: str, value: Any) -> None:
    document = await created(shared, **{name: value})
    assert document[name] == value
    assert await read(shared, document["_meta"]["id"]) == document
    assert (await put(shared, document["_meta"]["id"], **{name: value})) == document


async def test_an_object_is_replaced_whole(shared: Client) -> None:
    incident_id = (await created(shared, replaced={"a": 1, "b": 2}))["_meta"]["id"]
    assert (await put(shared, incident_id, replaced={"c": None, "d": 4}))["replaced"] == {"c": None, "d": 4}


HELD = {
    "a text": ("held_text", "five"),
    "a number": ("held_number", 5),
    "a boolean": ("held_boolean", True),
    "an object": ("held_object", {"a": 5}),
}
SAID = {"a text": "text", "a number": "a number", "a boolean": "a boolean", "an object": "an object"}
JSON = {"a text": '"five"', "a number": "5", "a boolean": "true", "an object": '{"a":5}'}


@pytest.mark.parametrize("sent", HELD)
@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("listed", [False, True], ids=["alone", "in a list"])
async def test_a_field_keeps_its_type(shared: Client, held: str, sent: str, listed: bool) -> None:
    name, first = HELD[held]
    before = await created(shared, **{name: first})
    value = [HELD[sent][1]] if listed else HELD[sent][1]
    response = await shared.put(f"{IM}/incidents/{before['_meta']['id']}", json={name: value, "reviewer": "ann"})
    if held == sent:
        assert answer(response)[name] == value
        return
    shown = f"[{JSON[sent]}]" if listed else JSON[sent]
    assert refusal(response) == (400, "wrong_type", name)
    assert answer(response)["error"]["reason"] == f'field "{name}" holds {SAID[held]}; {shown} is {SAID[sent]}'
    assert await read(shared, before["_meta"]["id"]) == before


async def test_a_type_is_the_tenants_not_the_incidents(shared: Client) -> None:
    await created(shared, of_all="text")
    response = await shared.post(f"{IM}/incidents", json={"title": "t", "of_all": 5})
    assert refusal(response) == (400, "wrong_type", "of_all")


async def test_null_and_empty_lists_fit_every_type(shared: Client) -> None:
    incident_id = (await created(shared, fitting=5))["_meta"]["id"]
    assert (await put(shared, incident_id, fitting=[]))["fitting"] == []
    assert "fitting" not in await put(shared, incident_id, fitting=None)


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        *(pytest.param(name, "x", "bad_request", id=f"the name {name}") for name in ("kind", "tenant")),
        *(pytest.param(name, 1, "bad_request", id=f"the name {name}") for name in ("severity_rank", "label_pairs")),
        *(pytest.param(name, "x", "bad_request", id=f"the name {name}") for name in ("result_id", "aggregation_id")),
        pytest.param("9lives", 1, "bad_request", id="a digit first"),
        pytest.param("_x", 1, "bad_request", id="an underscore first"),
        pytest.param("a.b", 1, "bad_request", id="a dot"),
        pytest.param("a b", 1, "bad_request", id="a blank"),
        pytest.param("größe", 1, "bad_request", id="a letter beyond ASCII"),
        pytest.param("z" * 129, 1, "bad_request", id="129 characters"),
        pytest.param("mixed", [1, "a"], "bad_request", id="a list of two types"),
        pytest.param("mixed", [True, 1], "bad_request", id="booleans among numbers"),
        pytest.param("mixed", [None], "bad_request", id="null in a list"),
        pytest.param("mixed", [[1]], "bad_request", id="a list in a list"),
        pytest.param("too_large", 2**53, "bad_request", id="a whole number that no double keeps"),
        pytest.param("too_large", 1234567890123456789, "bad_request", id="another one"),
        pytest.param("too_deep", nested(22), "bad_request", id="an object 21 deep"),
        pytest.param("too_long", {"a": "x" * 32_000}, "bad_request", id="an object with a text that is too long"),
    ],
)  # fmt: skip
async def test_refused(shared: Client, name: str, value: Any, kind: str) -> None:
    response = await shared.post(f"{IM}/incidents", json={"title": "t", name: value})
    assert refusal(response) == (400, kind, name)


async def test_what_is_new_is_found_at_once(client: Client) -> None:
    assert await listed(client, "test_field=5") == []
    await created(client, "a", test_field=5)
    assert await listed(client, "test_field=5") == ["a"]
    assert await found(client, sort=[{"field": "test_field"}]) == ["a"]
    await created(client, "b", choice="one")
    wanted = [{"name": "choice", "type": "select", "value": "one"}]
    assert await found(client, additional_fields=wanted) == ["b"]


async def test_as_many_as_are_allowed(serve: Serve) -> None:
    async with serve(custom_fields=3) as client:
        before = await created(client, "a", one=1, two="2")
        response = await client.put(f"{IM}/incidents/a", json={"three": True, "four": {}, "title": "u"})
        assert refusal(response) == (400, "too_many_fields", "three")
        assert answer(response)["error"]["reason"] == "a tenant may have 3 custom fields"
        assert await read(client, "a") == before
        await created(client, "b", two="x", three=True, none_yet=[])
        assert refusal(await client.post(f"{IM}/incidents/c", json={"title": "t", "four": 4})) == (
            400, "too_many_fields", "four",
        )  # fmt: skip
        assert fields_of(await put(client, "a", one=2, three=False))["one"] == 2


async def test_in_a_bulk_only_the_change_that_goes_over_fails(serve: Serve) -> None:
    async with serve(custom_fields=2) as client:
        lines = [
            '{"title":"a","one":1}',
            '{"title":"b","two":1,"three":1}',
            '{"title":"c","two":1}',
            '{"title":"d","one":"x"}',
        ]
        response = await client.post(f"{IM}/incidents/bulkCreate", content="\n".join(lines), headers=NDJSON)
        items = [each["create"] for each in answer(response)["items"]]
        assert [each["status"] for each in items] == [201, 400, 201, 400]
        assert [each["error"]["where"] for each in items if "error" in each] == ["line 2.two", "line 4.one"]
