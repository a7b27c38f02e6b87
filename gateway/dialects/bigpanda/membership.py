"""Environments: named parts of a tenant's incidents, each what a BPQL filter finds, and which incidents are in which.

Nothing is stored with the incidents: an incident is in an environment for as long as the filter holds for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from gateway.dialects.bigpanda import translate as conditions
from gateway.dialects.bigpanda.bpql import Misplaced, parse, refusal
from gateway.dialects.bigpanda.extension import COLUMNS
from gateway.dialects.bigpanda.tree import values_of
from gateway.incidents.reading import Hit, identities
from gateway.incidents.session import Session
from gateway.problems import NotFound
from queries.criteria import And, Criterion, Ids, Not, Present, Where
from queries.kinds import INCIDENTS
from queries.searches import Search

Entry = dict[str, Any]

_MERGED = Where(COLUMNS["ext.bigpanda.merged_into"], Present())
_ORDER = ({"numeric_id": {"order": "desc"}},)

LISTED = And((INCIDENTS, Not(_MERGED)))
"""The incidents that lists show: all but those that were merged into others."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A part of a tenant's incidents."""

    id: str
    name: str
    description: str
    filter: str


ALL = Environment("all", "All", "every incident", "*")
"""The environment that every tenant has."""


def entry_id(tenant: str) -> str:
    """Where the registry keeps a tenant's environments."""
    return f"environments:{tenant}"


def entry(tenant: str, environments: Iterable[Environment]) -> Entry:
    """A tenant's environments as the registry keeps them."""
    return {"kind": "environments", "tenant": tenant, "environments": [asdict(each) for each in environments]}


def read(held: Entry | None) -> list[Environment]:
    """The environments of a registry entry, oldest first."""
    return [Environment(**each) for each in held["environments"]] if held else []


async def environments(session: Session) -> list[Environment]:
    """Every environment of the tenant: the one that every tenant has, then its own, oldest first."""
    return [ALL, *read(await session.registry.read(entry_id(session.tenant)))]


async def lately(session: Session, environment_id: str) -> list[Environment]:
    """Every environment as it was a moment ago, the one of that id among them. Raises NotFound if there is none."""
    known = [ALL, *read(await session.ctx.store.recent.read(entry_id(session.tenant)))]
    if all(each.id != environment_id for each in known):
        # Another process may have made it since.
        known = await environments(session)
    chosen(known, environment_id)
    return known


def chosen(known: Iterable[Environment], environment_id: str) -> Environment:
    """The environment of that id. Raises NotFound."""
    result = next((each for each in known if each.id == environment_id), None)
    if result is None:
        raise NotFound(f'no environment "{environment_id}"')
    return result


async def require(session: Session, environment_id: str) -> Environment:
    """The tenant's environment of that id. Raises NotFound."""
    if environment_id == ALL.id:
        return ALL
    return chosen(await environments(session), environment_id)


async def located(session: Session, environment_id: str, hex_id: str) -> Hit:
    """The incident as it is now. Raises NotFound for no such environment or incident, and for one outside of it.

    One that was merged into another is only in the environment that every tenant has.
    """
    environment = await require(session, environment_id)
    incident = await identities.find(session, "hex_id", hex_id)
    check_inside(environment, await containing(session, [environment], incident.id), hex_id)
    return incident


def check_inside(environment: Environment, inside: Sequence[str], hex_id: str) -> None:
    """Raises NotFound for an incident that is inside other environments alone."""
    if environment is not ALL and environment.id not in inside:
        raise NotFound(f'no incident "{hex_id}"')


async def containing(session: Session, known: Sequence[Environment], document_id: str) -> list[str]:
    """The ids of those environments that the incident is in, as it is now; of one that was merged, none."""
    named = criteria(known)
    if not named:
        return [each.id for each in known]
    await session.incidents.refresh()
    search = Search(And((LISTED, Ids((document_id,)))), _ORDER, 1, source=False, named=named)
    page = await session.find(search)
    return [each for hit in page.hits for each in matched(known, hit)]


def criteria(known: Iterable[Environment]) -> dict[str, Criterion]:
    """What each of a tenant's own environments holds, by its id."""
    return {each.id: filtered(each.filter) for each in known if each is not ALL}


@lru_cache(maxsize=256)
def filtered(text: str) -> Criterion:
    """The incidents that a filter is for. Raises QueryError for what is none, and for one that asks for comments.

    Every search asks for every environment, and comments are documents of their own, to be searched beforehand.
    """
    try:
        root = parse(text)
        leaf = next(iter(conditions.comments(root)), None)
        if leaf is not None:
            raise Misplaced(values_of(leaf)[0].at, "a filter cannot look at comments, as this does")
        return conditions.criterion(root, {})
    except Misplaced as error:
        raise refusal(text, "filter", error) from None


def matched(known: Sequence[Environment], hit: Hit, chosen: Environment = ALL) -> list[str]:
    """The ids of those environments that hold the hit of a search within the chosen one, which named the others."""
    return [each.id for each in known if each in (ALL, chosen) or each.id in hit.matched_queries]
