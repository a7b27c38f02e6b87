"""The five documents against a gateway: schemathesis makes requests by them, and checks what is answered."""

import argparse

from gateway.dialects import DIALECTS
from tests.cluster import running_opensearch
from tests.fuzzing.cases import fuzzed, gateway

LONG = 10_000
EPILOG = "Other arguments are those of `schemathesis run`, such as --phases=stateful or --include-path=/v1/incidents."


def main() -> None:
    """Ends with 1 where a check failed."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__, epilog=EPILOG)
    parser.add_argument("--cases", type=int, default=LONG, help="about how many requests are made, of all dialects")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--dialect", choices=[each.name for each in DIALECTS], help="absent: all of them")
    asked, more = parser.parse_known_args()
    wanted = [each for each in DIALECTS if asked.dialect in {None, each.name}]
    with running_opensearch() as url, gateway(url) as target:
        raise SystemExit(fuzzed(target, wanted, asked.cases, asked.seed, *more))


if __name__ == "__main__":
    main()
