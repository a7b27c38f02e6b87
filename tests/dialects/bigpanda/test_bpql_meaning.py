"""What a query finds is what it says: queries drawn with their meaning, which is judged in memory."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given, reject

from gateway.dialects.bigpanda import matching
from gateway.dialects.settings import load
from gateway.incidents.session import Session
from gateway.serving.app import running
from queries.criteria import And
from queries.errors import QueryError
from queries.searches import Search, cost
from tests.dialects.bigpanda import bpql_corpus
from tests.dialects.bigpanda.bpql_corpus import INCIDENTS, ORDER, Known
from tests.dialects.bigpanda.bpql_oracle import SHOWN, Judge, attributes
from tests.dialects.bigpanda.bpql_queries import NAMES, Drawn, queries
from tests.live import loading
from tests.strategies import PROFILE

pytestmark = pytest.mark.anyio


class Loaded:
    """The corpus in the engine: how to ask for it, and what it holds."""

    def __init__(self, session: Session, known: list[Known]) -> None:
        self.session, self.known = session, known

    async def found(self, text: str) -> list[str]:
        """The ids that the engine finds; one that asks too much of it is drawn anew."""
        try:
            criterion = await matching.criterion(self.session, text)
            search = Search(And((INCIDENTS, criterion)), ORDER, 1000, source=False)
            cost(search)
        except QueryError as error:
            if error.kind != "refused":
                raise
            reject()
        return sorted(each.id for each in (await self.session.find(search)).hits)

    def meant(self, holds: Judge) -> list[str]:
        """The ids that should be found."""
        return sorted(each.incident_id for each in self.known if holds(each))


@pytest.fixture(scope="module")
async def loaded(opensearch_url: str) -> AsyncIterator[Loaded]:
    async with running(load(opensearch_url=opensearch_url)) as gateway, loading.gateways(opensearch_url, 1) as [client]:
        session = Session(gateway.ctx, client.headers["X-Scope-OrgID"], "ann", "bigpanda")
        yield Loaded(session, await bpql_corpus.load(client, gateway.ctx))


@given(queries())
@PROFILE
async def test_a_query_finds_what_it_says(loaded: Loaded, drawn: Drawn) -> None:
    assert await loaded.found(drawn.said) == loaded.meant(drawn.holds)


async def test_the_corpus_holds_something_of_everything(loaded: Loaded) -> None:
    assert len(loaded.known) >= bpql_corpus.SIZE - 5
    for name in {each.lower() for each in NAMES} - {"no-tag"}:
        assert any(found for each in loaded.known for found in attributes(each, name)), name
    for name, shown in SHOWN.items():
        assert len({shown(each) for each in loaded.known}) == (4 if name in {"status", "severity"} else 2), name
