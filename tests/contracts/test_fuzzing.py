"""A short form of `scripts/fuzz`: some requests for each operation, always the same ones, answered as described."""

from gateway.dialects import DIALECTS
from tests.fuzzing.cases import fuzzed, gateway

CASES, SEED = 150, 7


def test_requests_by_the_documents_are_answered_by_them(opensearch_url: str) -> None:
    with gateway(opensearch_url) as target:
        assert fuzzed(target, DIALECTS, CASES, SEED, "--phases=fuzzing", "--no-shrink") == 0
