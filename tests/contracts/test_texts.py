"""Texts are found in every dialect: whatever their case, and whatever their length."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import live
from tests.dialects.im.calls import Client

pytestmark = pytest.mark.anyio

LIST, SEARCH, BPQL = "/_im/incidents", "/_im/incidents_full_types", "/resources/v2.0/environments/all/incidents"
LONG = {"description": "Ж" * 9000 + "\nÇa brûle 🔥", "comment": "x" * 90_000 + " À la fin"}
NAMES = {
    "cyrillic": "Иванов на db-1",
    "polish": "ŁÓDŹ nie działa",
    "german": "Größe über Ärger",
    "french": "Été À PARIS",
    "greek": "ΟΔΟΣ ΣΊΣΥΦΟΣ",
}


@pytest.fixture(scope="module")
async def client(opensearch_url: str, new_tenant: Callable[[], str]) -> AsyncIterator[Client]:
    """A client of a gateway, as a tenant with incidents of those names, and one of long texts."""
    async with live(create_app(load(opensearch_url=opensearch_url))) as opened:
        opened.headers["X-Scope-OrgID"] = new_tenant()
        for incident_id, name in NAMES.items():
            values = {"title": name, "tags": [name], "region": name, "about": {"who": name}, "other": {"WHO": name}}
            await _told(opened.post(f"{LIST}/{incident_id}", json=values))
            tags = [{"name": "host", "value": name}]
            await _told(opened.post(f"{LIST}/{incident_id}/alerts", json={"status": "ok", "tags": tags}))
        await _told(opened.post(f"{LIST}/long?refresh=true", json={"title": "long", **LONG}))
        yield opened


async def _told(request: Any) -> Any:
    answer: httpx2.Response = await request
    assert answer.status_code < 300, answer.text
    return answer.json()


async def searched(client: Client, **body: Any) -> list[str]:
    answer = await _told(client.post(SEARCH, json={"size": 100, **body}))
    return sorted(each["_meta"]["id"] for each in answer["docs"])


async def by_bpql(client: Client, query: str) -> list[str]:
    answer = await _told(client.get(BPQL, params={"query": query, "folders": "all"}))
    titles = {name: incident_id for incident_id, name in {**NAMES, "long": "long"}.items()}
    ids = [each["id"] for each in answer["items"]]
    shown = await _told(client.post(SEARCH, json={"size": 100, "search_query": {"terms": {"hex_id": ids}}}))
    return sorted(titles[each["title"]] for each in shown["docs"])


def text(name: str) -> Callable[[Client, str], Any]:
    """By a text filter on the field."""
    return lambda client, said: searched(client, additional_fields=[{"name": name, "type": "text", "value": said}])


def guest(clause: str, field: str, before: str = "") -> Callable[[Client, str], Any]:
    """By a guest's clause on the field."""
    return lambda client, said: searched(
        client, search_query={clause: {field: {"value": before + said, "case_insensitive": True}}}
    )


async def by_list(client: Client, said: str) -> list[str]:
    return [each["_meta"]["id"] for each in (await _told(client.get(LIST, params={"title": said})))["docs"]]


async def by_actian(client: Client, said: str) -> list[str]:
    path = f"/api/backend/{client.headers['X-Scope-OrgID']}/incidents"
    rows = await _told(client.get(path, params={"text_to_search": said}))
    return [incident_id for incident_id, name in NAMES.items() if name in {each["alert_policy_name"] for each in rows}]


FOUND_BY: dict[str, Callable[[Client, str], Any]] = {
    "a text filter": text("title"),
    "of a list field": text("tags"),
    "of a custom field": text("region"),
    "of what is within an object": text("about.who"),
    "a list's query": by_list,
    "a term": guest("term", "title.keyword"),
    "a term of a list field": guest("term", "tags"),
    "a term within an object": guest("term", "about.who"),
    "a prefix": guest("prefix", "region"),
    "a wildcard": guest("wildcard", "title.keyword", "*"),
    "text_to_search": by_actian,
    "BPQL's equality": lambda client, said: by_bpql(client, f'host = "{said}"'),
    "BPQL's pattern": lambda client, said: by_bpql(client, f'host = "*{said[1:]}"'),
    "BPQL's regex": lambda client, said: by_bpql(client, f"host = /{said}/"),
    "a keyword of BPQL": lambda client, said: by_bpql(client, f'"{said}"'),
}


@pytest.mark.parametrize("change", [str.lower, str.upper, str.swapcase], ids=["lower", "upper", "swapped"])
@pytest.mark.parametrize("find", FOUND_BY.values(), ids=FOUND_BY)
async def test_is_found_in_any_case(client: Client, find: Any, change: Callable[[str], str]) -> None:
    for incident_id, name in NAMES.items():
        # Of one letter Python makes two.
        said = change(name.replace("ß", "\0")).replace("\0", "ẞ")
        assert (incident_id, await find(client, said)) == (incident_id, [incident_id])


async def test_a_key_is_found_by_its_own_name_alone(client: Client) -> None:
    assert await text("other.WHO")(client, "иВАНОВ*") == ["cyrillic"]
    assert await text("other.who")(client, "иВАНОВ*") == []
    assert await text("other.who")(client, "*db-1") == []


async def test_values_that_begin_so_whatever_the_case(client: Client) -> None:
    values = await _told(client.get("/_im/fields/region/values", params={"prefix": "łó"}))
    assert values["values"] == [{"value": NAMES["polish"], "count": 1}]


LONG_ONES: dict[str, Callable[[Client], Any]] = {
    "the end of a description": lambda client: text("description")(client, "*ÇA BRÛLE ?"),
    "its beginning": lambda client: text("description")(client, "жж*"),
    "the end of a comment": lambda client: text("comment")(client, "*à la fin"),
    "ASCII alone": lambda client: text("comment")(client, "*X*LA FIN"),
    "a guest's wildcard, case and all": lambda client: searched(
        client, search_query={"wildcard": {"comment.keyword": "*À la fin"}}
    ),
    "a guest's wildcard, whatever the case": lambda client: guest("wildcard", "description.keyword", "*")(
        client, "ÇA BRÛLE 🔥"
    ),
    "a guest's prefix": lambda client: guest("prefix", "description.keyword")(client, "жЖ"),
    "a guest's words": lambda client: searched(client, search_query={"match": {"comment": "fin"}}),
    "that there is one": lambda client: searched(client, search_query={"exists": {"field": "comment.keyword"}}),
    "any value": lambda client: text("description")(client, "*"),
    "no other has one": lambda client: searched(
        client, search_query={"bool": {"filter": [{"exists": {"field": "description"}}]}}
    ),
    "BPQL's description": lambda client: by_bpql(client, 'description = "*brÛle*"'),
    "BPQL's regex": lambda client: by_bpql(client, "description = /ж+\n.*/"),
    "BPQL's comment": lambda client: by_bpql(client, 'comment = "*à la fin"'),
    "a keyword of BPQL": lambda client: by_bpql(client, '"ça brûle"'),
}


@pytest.mark.parametrize("find", LONG_ONES.values(), ids=LONG_ONES)
async def test_a_long_text_is_found(client: Client, find: Callable[[Client], Any]) -> None:
    assert await find(client) == ["long"]


async def test_a_long_text_is_counted_as_there(client: Client) -> None:
    counted = await _told(client.get("/_im/fields/comment/values"))
    assert (counted["values"], counted["others"], counted["missing"]) == ([], 1, len(NAMES))
    stats = await _told(client.post(f"{SEARCH}/stats/description", json={}))
    assert (stats["description"], stats["other_docs"]) == ({"": len(NAMES)}, 1)
    of_each = {"split": {"histogram": {"field": "started_at", "split": {"field": "comment"}}}}
    of_each["by"] = {"durations": {"of": "resolve", "by": "comment"}}
    widgets = (await _told(client.post(f"{SEARCH}/stats", json={"widgets": of_each})))["widgets"]
    [day] = widgets["split"]["buckets"]
    assert (day["count"], day["split"], widgets["by"]["buckets"]) == (len(NAMES) + 1, [], [])


async def test_a_long_text_is_shown_as_it_was_sent(client: Client) -> None:
    shown = await _told(client.get(f"{LIST}/long"))
    assert {name: shown[name] for name in LONG} == LONG
    assert "long_texts" not in shown
    notes = await _told(client.get(f"{LIST}/long/notes"))
    assert [each["body"] for each in notes["docs"]] == [LONG["comment"]]
    assert "long_texts" not in notes["docs"][0]


async def test_a_note_is_found_by_what_it_is_now(client: Client) -> None:
    note = await _told(client.post(f"{LIST}/greek/notes", json={"body": "n" * 9000 + " först"}))
    path = f"{LIST}/greek/notes/{note['note_id']}"
    found = []
    for body in ("n" * 9000 + " sedan", "Kört"):
        await _told(client.put(path, json={"body": body}))
        # Whoever reads notes has all of them found.
        await _told(client.get(f"{LIST}/greek/notes"))
        found.append([await by_bpql(client, f'comment = "*{word}"') for word in ("FÖRST", "SEDAN", "KÖRT")])
    assert found == [[[], ["greek"], []], [[], [], ["greek"]]]
    (await client.delete(path)).raise_for_status()


@pytest.mark.parametrize(
    "clause",
    [
        {"range": {"description.keyword": {"gte": "a"}}},
        {"match_bool_prefix": {"comment.keyword": "a"}},
        {"query_string": {"query": "comment.keyword:a*"}},
        {"simple_query_string": {"query": "a*", "fields": ["comment.keyword"]}},
        {"multi_match": {"query": "a", "fields": ["comment.keyword"], "type": "bool_prefix"}},
    ],
    ids=lambda clause: next(iter(clause)),
)
async def test_what_would_pass_over_long_texts_is_refused(client: Client, clause: dict[str, Any]) -> None:
    answer = await client.post(SEARCH, json={"search_query": clause})
    assert answer.status_code == 400
    assert "holds whole texts of any length" in answer.json()["error"]["reason"]
