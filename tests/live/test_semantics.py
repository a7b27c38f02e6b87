"""What the engine finds is what was meant: criteria drawn over a corpus, each judged in memory as well."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.dialects.settings import load
from gateway.serving.app import running
from gateway.state import Gateway
from queries.criteria import Criterion
from queries.fields import TYPED_COLUMNS
from queries.searches import Search
from queries.sorts import NEWEST_FIRST, sort_clauses
from tests import corpus
from tests.corpus import Incident
from tests.live import loading
from tests.live.callers import Said, additional_fields, guests, list_filters
from tests.oracle import holds
from tests.strategies import PROFILE, criteria

pytestmark = pytest.mark.anyio

ORDER = sort_clauses(NEWEST_FIRST, TYPED_COLUMNS)


class Loaded:
    """The corpus in the engine: how to ask for it, and what it holds, as the gateway shows it."""

    def __init__(self, tenant: str, client: httpx2.AsyncClient, gateway: Gateway, incidents: list[Incident]) -> None:
        self._tenant, self._client, self._gateway, self.incidents = tenant, client, gateway, incidents

    def meant(self, criterion: Criterion) -> list[str]:
        """The ids that should be found."""
        return sorted(each["_meta"]["id"] for each in self.incidents if holds(criterion, each))

    async def found(self, criterion: Criterion) -> list[str]:
        """The ids that the engine finds."""
        page = await self._gateway.ctx.reader.find(self._tenant, Search(criterion, ORDER, 1000, fields=()))
        return sorted(each.id for each in page.hits)

    async def searched(self, **words: Any) -> list[str]:
        """The ids that a search over HTTP finds."""
        body = {"size": 1000, "fields": ["title"], **words}
        reply = await self._client.post("/_im/incidents_full_types", json=body)
        assert reply.status_code == 200, reply.text
        return sorted(each["_meta"]["id"] for each in reply.json()["docs"])

    async def listed(self, said: list[tuple[str, str]]) -> list[str]:
        """The ids that a list over HTTP shows."""
        reply = await self._client.get("/_im/incidents", params=[("size", "1000"), *said])
        assert reply.status_code == 200, reply.text
        return sorted(each["_meta"]["id"] for each in reply.json()["docs"])


@pytest.fixture(scope="module")
async def loaded(opensearch_url: str) -> AsyncIterator[Loaded]:
    async with running(load(opensearch_url=opensearch_url)) as gateway, loading.gateways(opensearch_url, 1) as [client]:
        await loading.create(client, corpus.incidents())
        incidents, status = await loading.exported(client)
        assert status["count"] == corpus.SIZE
        yield Loaded(client.headers["X-Scope-OrgID"], client, gateway, incidents)


async def test_what_is_shown_is_what_was_sent(loaded: Loaded) -> None:
    shown = {each["_meta"]["id"]: each for each in loaded.incidents}
    for sent in corpus.incidents():
        read = shown[sent["_meta"]["id"]]
        assert read | {name: value for name, value in sent.items() if name != "_meta" and value != []} == read


@given(criteria())
@PROFILE
async def test_the_engine_finds_what_a_criterion_holds_for(loaded: Loaded, criterion: Criterion) -> None:
    assert await loaded.found(criterion) == loaded.meant(criterion)


@given(additional_fields())
@PROFILE
async def test_additional_fields_find_what_they_say(loaded: Loaded, drawn: tuple[list[Said], Criterion]) -> None:
    said, meant = drawn
    assert await loaded.searched(additional_fields=said) == loaded.meant(meant)


@given(guests(), st.booleans())
@PROFILE
async def test_a_guests_query_finds_what_it_says(loaded: Loaded, drawn: tuple[Said, Criterion], as_text: bool) -> None:
    said, meant = drawn
    assert await loaded.searched(search_query=json.dumps(said) if as_text else said) == loaded.meant(meant)


@given(list_filters())
@PROFILE
async def test_a_list_filters_as_its_query_says(loaded: Loaded, drawn: tuple[list[tuple[str, str]], Criterion]) -> None:
    said, meant = drawn
    assert await loaded.listed(said) == loaded.meant(meant)
