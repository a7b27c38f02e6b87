"""The five documents against a gateway: schemathesis makes requests by them, and checks what is answered."""

import argparse

from gateway.dialects import DIALECTS
from tests.cluster import running_opensearch
from tests.fuzzing.cases import fuzzed, gateway

LONG = 10_000


def main() -> None:
    """Ends with 1 where a check failed."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=LONG, help="about how many requests are made, of all dialects")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--dialect", choices=[each.name for each in DIALECTS], help="absent: all of them")
    asked = parser.parse_args()
    with running_opensearch() as url, gateway(url) as target:
        wanted = [each for each in DIALECTS if asked.dialect in {None, each.name}]
        failed = [each.name for each in wanted if fuzzed(target, each, asked.cases, asked.seed)]
    raise SystemExit(f"not as described: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
