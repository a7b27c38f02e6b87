"""The names in a list's query: what is meant otherwise is refused, what finds nothing is told, the rest is read."""

import pytest

from tests.dialects.im.calls import IM, Client, Json, answer, loaded, refusal

pytestmark = pytest.mark.anyio

DRAFTS: list[Json] = [
    {"id": "a", "title": "Disk full", "severity": "low", "colour": "red"},
    {"id": "b", "title": "Disk slow", "severity": "high", "colour": "blue"},
    {"id": "c", "title": "Disk gone", "severity": "critical"},
]


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Three incidents, two of which have a custom field."""
    await loaded(shared, [{"started_at": 0, **each} for each in DRAFTS])
    return shared


@pytest.mark.parametrize(
    ("query", "name", "meant"),
    [
        pytest.param("limit=5", "limit", "size", id="limit"),
        pytest.param("per_page=5", "per_page", "size", id="per_page"),
        pytest.param("page=2", "page", "from", id="page"),
        pytest.param("offset=2", "offset", "from", id="offset"),
        pytest.param("cursor=x", "cursor", "after", id="cursor"),
        pytest.param("order_by=title", "order_by", "sort", id="order_by"),
        pytest.param("q=disk", "q", "search_query of incidents_full_types", id="q"),
        pytest.param("query=disk", "query", "search_query of incidents_full_types", id="query"),
        pytest.param("search_query={}", "search_query", "search_query of incidents_full_types", id="search_query"),
        pytest.param("fields=title", "fields", "fields of incidents_full_types", id="fields"),
        pytest.param("is_show_aggs=true", "is_show_aggs", "incidents_full_types", id="is_show_aggs"),
        pytest.param("since=now-1d", "since", "start_time", id="since"),
        pytest.param("format=csv", "format", "incidents/export", id="format"),
        pytest.param("severty=high", "severty", "severity", id="a letter less"),
        pytest.param("titel=disk", "titel", "title", id="two letters in each other's place"),
        pytest.param("pageSize=5", "pageSize", "size", id="in camel case"),
        pytest.param("Limit=5", "Limit", "size", id="with a capital"),
        pytest.param("max-results=5", "max-results", "size", id="with a dash"),
        pytest.param("startTime=now-1d", "startTime", "start_time", id="a word of the list itself, in camel case"),
        pytest.param("limit[0]=5", "limit", "size", id="as a list with its place"),
        pytest.param("severityy=high", "severityy", "severity", id="a letter more"),
        pytest.param("Severity=high", "Severity", "severity", id="another case"),
        pytest.param("reviewers=ann", "reviewers", "reviewer", id="a plural"),
        pytest.param("asignee.name=ann", "asignee.name", "assignee.name", id="a part of an object"),
        pytest.param("limit[]=5", "limit", "size", id="as a list"),
        pytest.param("severity=high&limit=5", "limit", "size", id="beside a field"),
    ],
)
async def test_what_is_meant_otherwise(corpus: Client, query: str, name: str, meant: str) -> None:
    response = await corpus.get(f"{IM}/incidents?{query}")
    assert refusal(response) == (400, "unknown_field", name)
    assert f'"{meant}" is meant' in answer(response)["error"]["reason"]


@pytest.mark.parametrize(
    ("query", "expected", "unknown"),
    [
        pytest.param("severity[]=high", "b", None, id="a list of one, as jQuery writes it"),
        pytest.param("severity[]=high&severity[]=low", "ba", None, id="a list of two"),
        pytest.param("severity[0]=high&severity[1]=low", "ba", None, id="with their places, as qs writes it"),
        pytest.param("severity[]=high&severity=low", "ba", None, id="in both forms"),
        pytest.param("colour[]=red", "a", None, id="a custom field as a list"),
        pytest.param("_=1712345678901", "cba", None, id="what evades a cache"),
        pytest.param("_dc=1&severity=high", "b", None, id="that beside a field"),
        pytest.param("flavour=sweet", "", ["flavour"], id="a field that nobody has"),
        pytest.param("severity=high&flavour=sweet&smell=x", "", ["flavour", "smell"], id="two of them beside one"),
        pytest.param("sort=flavour:asc", "abc", ["flavour"], id="an order by one"),
        pytest.param("sort=flavour:desc,title:asc", "acb", ["flavour"], id="an order by one, and then by another"),
        pytest.param("flavour=x&sort=smell:asc", "", ["flavour", "smell"], id="a filter and an order"),
    ],
)
async def test_what_is_read(corpus: Client, query: str, expected: str, unknown: list[str] | None) -> None:
    result = answer(await corpus.get(f"{IM}/incidents?{query}"))
    assert "".join(each["_meta"]["id"] for each in result["docs"]) == expected
    assert result.get("unknown_fields") == unknown


@pytest.mark.parametrize(
    ("body", "expected", "unknown"),
    [
        pytest.param({}, 3, None, id="nothing"),
        pytest.param(
            {"additional_fields": [{"name": "flavour", "type": "select", "value": "sweet"}]},
            0,
            ["flavour"],
            id="a filter",
        ),
        pytest.param({"sort": [{"field": "flavour"}]}, 3, ["flavour"], id="an order"),
        pytest.param({"sort": [{"field": "colour"}]}, 3, None, id="an order by what some have"),
    ],
)
async def test_in_a_search(corpus: Client, body: Json, expected: int, unknown: list[str] | None) -> None:
    result = answer(await corpus.post(f"{IM}/incidents_full_types", json={"is_show_aggs": False, **body}))
    assert (len(result["docs"]), result.get("unknown_fields")) == (expected, unknown)


async def test_an_order_by_what_nobody_has_goes_on_until_somebody_has_it(corpus: Client) -> None:
    path = f"{IM}/incidents?sort=later:asc&size=2"
    first = answer(await corpus.get(path))
    rest = answer(await corpus.get(f"{path}&after={first['next']}"))
    assert [len(first["docs"]), len(rest["docs"])] == [2, 1]
    await corpus.put(f"{IM}/incidents/a?refresh=true", json={"later": 5})
    assert refusal(await corpus.get(f"{path}&after={first['next']}")) == (400, "bad_cursor", "after")


async def test_many_names(corpus: Client) -> None:
    query = "&".join(f"n{number}=1" for number in range(101))
    assert refusal(await corpus.get(f"{IM}/incidents?{query}")) == (400, "bad_request", None)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        pytest.param("&".join(f"f{n}=1" for n in range(101)), "a list filters at most 100 fields", id="fields"),
        pytest.param("a=1&" * 1001, "a list filters by at most 1,000 values", id="values of one"),
        pytest.param("a=1&b=2&" * 501, "a list filters by at most 1,000 values", id="values of several"),
    ],
)
async def test_a_list_filters_by_so_many(corpus: Client, query: str, reason: str) -> None:
    response = await corpus.get(f"{IM}/incidents?{query}")
    assert (response.status_code, response.json()["error"]["reason"]) == (400, reason)
