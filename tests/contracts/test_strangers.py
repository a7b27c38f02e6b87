"""Whatever is asked with another tenant's ids: it looks as if they were nobody's, and nothing there changes.

Each request is first granted to a tenant that has things of its own under the same ids, and at last, unchanged, to the
owner: so every other answer is to a request that asks.
"""

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field

import httpx2
import pytest

from gateway.dialects.dialect import Dialect
from tests.contracts.conftest import Join, Tenant
from tests.contracts.examples.example import Ids, Request, filled
from tests.contracts.examples.tables import EACH_EXAMPLE, EXAMPLES, OPERATIONS, named

pytestmark = pytest.mark.anyio

ALIKE = {"GET /v1/incidents/types", "GET /_im/incidents/pit", "GET /_im/vocabulary", "GET /_im/fields"}
"""What everybody is answered alike, whatever they have, or have fields of the same names."""

REGISTERED = {"POST /v1/scan-reports", "POST /_im/views", "POST /resources/v2.0/incidents/tags/definitions"}
"""What is kept for a tenant though there is no index of it yet."""
_NUMBERS = itertools.count(1)
_TOKEN = re.compile(r"[\w-]+")
_MADE = re.compile(r"[0-9a-f]{24,}|i[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w-]{38,}")
"""What the gateway makes anew for whoever asks: ids of incidents, of requests, handles and cursors."""
_TOOK = re.compile(r'"took":\d+')
_OF_THE_WAY = {"x-request-id", "content-length"}

Answer = tuple[int, Mapping[str, str], str]


@dataclass(frozen=True)
class Asker:
    """A tenant that asks with ids of others, and what stands for each id that it ever sent."""

    tenant: Tenant
    sent: dict[str, str] = field(default_factory=dict)

    async def answer(self, form: Request, ids: Ids, number: int) -> httpx2.Response:
        """The answer to the request with these ids."""
        self.sent.update({str(value): f"<{name} of {number}>" for name, value in ids.items()})
        return await filled(form, ids).sent(self.tenant.client)

    def plain(self, response: httpx2.Response) -> Answer:
        """What an answer says, but for the ids in it: those that were sent, and those made anew for each."""
        headers = {name: self._plain(value) for name, value in response.headers.items() if name not in _OF_THE_WAY}
        # An export without an order goes in the engine's, which is no tenant's but each segment's.
        lines = sorted(self._plain(response.text).splitlines(keepends=True))
        return response.status_code, headers, "".join(lines)

    def _plain(self, text: str) -> str:
        return _TOOK.sub('"took":0', _TOKEN.sub(lambda token: self._named(token[0]), text))

    def _named(self, token: str) -> str:
        return self.sent.get(token) or ("<made>" if _MADE.fullmatch(token) else token)


@dataclass(frozen=True)
class Cast:
    """The owner; one with things of the same ids; one that is not there yet; and two who do the same all along.

    Of those two, one sends ids of the owner's, the other ids of nobody's.
    """

    owner: Tenant
    namesake: Tenant
    absent: Tenant
    stranger: Asker
    nobody: Asker


@pytest.fixture(scope="module")
async def cast(join: Join) -> Cast:
    owner, namesake, stranger, nobody = [await join(kind) for kind in ("owner", "namesake", "stranger", "stranger")]
    # Numbers of incidents are each tenant's own: the owner's are beyond those that the others come to have.
    lines = b'{"title": "one of many"}\n' * 200
    headers = {"content-type": "application/x-ndjson"}
    (await owner.client.post("/_im/incidents/bulkCreate", content=lines, headers=headers)).raise_for_status()
    return Cast(owner, namesake, await join("absent", provision=False), Asker(stranger), Asker(nobody))


def test_every_operation_has_an_example() -> None:
    """A new operation brings one: tests/contracts/examples."""
    written = {name for table in EXAMPLES.values() for name, rows in table.items() if rows}
    assert written == {named(*row) for row in OPERATIONS}


@EACH_EXAMPLE
async def test_what_another_has_looks_like_what_nobody_has(cast: Cast, dialect: Dialect, form: Request) -> None:
    number, owner = next(_NUMBERS), cast.owner
    theirs, same = [await each.things(dialect, number).of(form) for each in (owner, cast.namesake)]
    before = await owner.kept()
    unseen(owner, granted(form, await filled(form, same).sent(cast.namesake.client)))
    shown = [each async for each in answers(cast, dialect, form, theirs)]
    assert not await made(cast, dialect, form, theirs)
    if form.operation.scope != "read":
        assert owner.name not in json.dumps(await cast.stranger.tenant.kept(source=True))
    assert await owner.kept() == before
    own = granted(form, await filled(form, theirs).sent(owner.client))
    if form.operation.scope == "read" and named(dialect, form.operation) not in ALIKE:
        assert cast.stranger.plain(own) not in shown


async def made(cast: Cast, dialect: Dialect, form: Request, theirs: Ids) -> bool:
    """Whether a tenant that nobody has made comes to be by the request."""
    answer = unseen(cast.owner, await filled(form, {**theirs, "tenant": cast.absent.name}).sent(cast.absent.client))
    kept = done(answer) and form.operation.scope != "read" and named(dialect, form.operation) not in REGISTERED
    return kept or await cast.absent.exists()


async def answers(cast: Cast, dialect: Dialect, form: Request, theirs: Ids) -> AsyncIterator[Answer]:
    """The answers to a stranger who sends some ids of the owner's, each the same as to one who sends nobody's."""
    number, names = next(_NUMBERS), form.names
    mixed = names if len(names) > 1 else []
    pair = (cast.stranger, cast.nobody)
    own = [await each.tenant.things(dialect, number).ids(mixed) for each in pair]
    if form.operation.scope == "read":
        await asyncio.gather(*(each.tenant.refresh() for each in pair))
    for foreign in subsets(names):
        one, other = ({name: theirs[name] for name in foreign}, {name: unknown(theirs[name]) for name in foreign})
        seen = unseen(cast.owner, await cast.stranger.answer(form, {**own[0], **one}, number))
        nothing = await cast.nobody.answer(form, {**own[1], **other}, number)
        assert cast.stranger.plain(seen) == cast.nobody.plain(nothing), foreign
        yield cast.stranger.plain(seen)


def subsets(names: list[str]) -> Iterator[set[str]]:
    """Each name alone, while the others are one's own; and all together."""
    yield from ({name} for name in names if len(names) > 1)
    yield set(names)


def unknown(value: str | int) -> str | int:
    """An id of the same characters that nobody has."""
    return value + 1_000_000 if isinstance(value, int) else value[::-1]


def granted(form: Request, response: httpx2.Response) -> httpx2.Response:
    """The answer, which is the success that the operation's row tells."""
    assert (response.status_code, done(response)) == (form.operation.success, True), response.text
    return response


def done(response: httpx2.Response) -> bool:
    """Whether what was asked is done; a bulk succeeds though its items fail, and says so."""
    return response.is_success and '"errors":true' not in response.text


def unseen(owner: Tenant, response: httpx2.Response) -> httpx2.Response:
    """The answer, in which there is no byte of the owner's."""
    assert response.status_code < 500, response.text
    assert owner.name not in f"{response.headers}{response.text}"
    return response
