"""The documents of dialects against a gateway that asks for keys."""

import asyncio
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import orjson

from gateway.dialects import DIALECTS
from gateway.dialects.dialect import Dialect
from gateway.dialects.settings import load
from gateway.once.claims import KEY
from gateway.serving import openapi
from tests import keyring
from tests.fuzzing import known
from tests.serving import serving

Json = dict[str, Any]

_TENANT: Mapping[str, Callable[[str], Json]] = {
    "tenant": lambda tenant: {"schema": {"const": tenant}},
    "X-Scope-OrgID": lambda tenant: {"schema": {"enum": [tenant, ""]}},
}
_SETTINGS = Path(__file__).with_name("schemathesis.toml")
_OPERATIONS = sum(len(each.operations) for each in DIALECTS)


@dataclass(frozen=True, slots=True)
class Target:
    """A gateway, the key of a tenant who may do everything, and what that tenant has, by the prefixes of dialects."""

    url: str
    token: str
    tenant: str
    known: Mapping[str, Json]


@contextmanager
def gateway(opensearch_url: str) -> Iterator[Target]:
    """A gateway on a socket, with a tenant of its own."""
    tenant = f"fuzz{secrets.token_hex(6)}"
    [token] = asyncio.run(keyring.tokens(opensearch_url, tenant, "admin act_as")).values()
    with serving(load(opensearch_url=opensearch_url, auth="keys")) as url:
        with httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
            there = known.made(client)
        yield Target(url, token, tenant, there)


def fuzzed(target: Target, dialects: Sequence[Dialect], cases: int, seed: int, *more: str) -> int:
    """What schemathesis came to: 0 where every answer was as described. Each operation has its share of the cases.

    More arguments are those of `schemathesis run`.
    """
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(orjson.dumps(keyed(joined(map(openapi.document, dialects)), target)))
        file.flush()
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(_SETTINGS)),
            *("run", file.name, f"--url={target.url}", "--no-color"),
            *(f"--max-examples={max(1, cases // _OPERATIONS)}", f"--seed={seed}"),
            *("-H", f"Authorization: Bearer {target.token}", *more),
        ]
        return subprocess.run(command, check=False).returncode


def joined(documents: Iterable[Json]) -> Json:
    """All documents as one, as the tool takes longer to start than for most operations."""
    result: Json = {"openapi": "3.1.0", "info": {"title": "all", "version": "1"}, "paths": {}, "components": {}}
    for number, document in enumerate(documents):
        one = orjson.loads(_named(orjson.dumps(document), number))
        result["paths"] |= one["paths"]
        for kind, each in one["components"].items():
            named = {name if kind == "headers" else f"{number}.{name}": account for name, account in each.items()}
            result["components"][kind] = result["components"].get(kind, {}) | named
    return result


def _named(document: bytes, number: int) -> bytes:
    """The document, whose references to schemas, responses and keys begin with its number."""
    with_schemas = re.sub(rb'"#/components/(schemas|responses)/', rb'"#/components/\1/%d.' % number, document)
    return re.sub(rb'\{"(\w+)":\[\]\}', rb'{"%d.\1":[]}' % number, with_schemas)


def keyed(document: Json, target: Target) -> Json:
    """The document for who has a key, which says the tenant, and knows what there is. Bodies are JSON alone.

    A request under an `Idempotency-Key` may be answered as another was, of which no document can tell.
    """
    result: Json = orjson.loads(orjson.dumps(document))
    for operation in (each for methods in result["paths"].values() for each in methods.values()):
        operation.get("requestBody", {}).get("content", {}).pop("application/x-ndjson", None)
        operation["parameters"] = [
            each | (_TENANT[each["name"]](target.tenant) if each["name"] in _TENANT else {})
            for each in operation["parameters"]
            if each["name"] != KEY
        ]
    known.named(result, target.known)
    return result
