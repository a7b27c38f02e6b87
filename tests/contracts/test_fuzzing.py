"""A short form of `scripts/fuzz`: some requests for each operation, always the same ones, answered as described."""

from collections.abc import Iterator

import pytest

from gateway.dialects.dialect import Dialect
from tests.contracts.examples.tables import EACH_DIALECT
from tests.fuzzing.cases import Target, fuzzed, gateway

CASES, SEED = 300, 7


@pytest.fixture(scope="module")
def target(opensearch_url: str) -> Iterator[Target]:
    """One gateway for all."""
    with gateway(opensearch_url) as opened:
        yield opened


@EACH_DIALECT
def test_requests_by_the_document_are_answered_by_it(target: Target, dialect: Dialect) -> None:
    assert fuzzed(target, dialect, CASES, SEED, "--phases=fuzzing", "--no-shrink") == 0
