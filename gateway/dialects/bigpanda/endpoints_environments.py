"""Endpoints of environments. The one that every tenant has cannot be changed or deleted."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.bigpanda import matching, membership
from gateway.dialects.bigpanda.bpql import parse
from gateway.dialects.bigpanda.membership import ALL, Environment
from gateway.dialects.bigpanda.requests import EnvironmentChange, NewEnvironment
from gateway.dialects.bigpanda.translate import size
from gateway.dialects.bigpanda.tree import Regex, leaves, values_of
from gateway.incidents.session import Session
from gateway.problems import Conflict, NotFound
from gateway.state import State
from queries import costs
from queries.budgets import MOST as MOST_OF_ALL
from queries.budgets import OF_TENANT, Budget
from queries.criteria import Criterion
from queries.errors import QueryError

MOST, MOST_CLAUSES, MOST_REGEXES = 100, 500, 20
"""A tenant's environments, the clauses of all their filters, and the regexes in those. One search carries them all: of
clauses the engine takes 1,024, the query's own among them; a regex may take it a twentieth of a second."""


async def list_environments(request: Request[State], session: Session) -> Response:
    """`GET environments`."""
    known = await membership.environments(session)
    return wire.reply([asdict(each) for each in known])


async def get_environment(request: Request[State], session: Session) -> Response:
    """`GET environments/{environment_id}`."""
    environment_id = request.path_params["environment_id"]
    return wire.reply(asdict(await membership.require(session, environment_id)))


async def create_environment(request: Request[State], session: Session) -> Response:
    """`POST environments`."""
    sent = NewEnvironment.model_validate(await wire.read_object(request))
    await _check(session, sent.filter)
    made = Environment(session.new_id()[:24], **sent.model_dump())
    await _revise(session, lambda held: [*(each for each in held if each != made), made])
    return wire.reply(asdict(made))


async def change_environment(request: Request[State], session: Session) -> Response:
    """`PATCH environments/{environment_id}`."""
    environment_id = request.path_params["environment_id"]
    sent = EnvironmentChange.model_validate(await wire.read_object(request)).model_dump(exclude_none=True)
    if "filter" in sent:
        await _check(session, sent["filter"])

    def edit(held: Sequence[Environment]) -> list[Environment]:
        before = _changeable(held, environment_id)
        return [replace(each, **sent) if each == before else each for each in held]

    after = await _revise(session, edit)
    return wire.reply(asdict(membership.chosen(after, environment_id)), 202)


async def delete_environment(request: Request[State], session: Session) -> Response:
    """`DELETE environments/{environment_id}`; its incidents stay as they are."""
    environment_id = request.path_params["environment_id"]

    def edit(held: Sequence[Environment]) -> list[Environment]:
        gone = _changeable(held, environment_id)
        return [each for each in held if each != gone]

    begun = await session.begun(f"delete {environment_id}")
    try:
        await _revise(session, edit)
    except NotFound:
        if not begun:
            raise
    return wire.reply({"status": 200, "data": {}})


async def _check(session: Session, text: str) -> None:
    """Raises QueryError for what is no query, or holds a pattern that the engine does not take."""
    # Of an index that there is not, the engine takes any pattern.
    await session.ensure()
    await matching.criterion(session, text, "filter")


async def _revise(session: Session, edit: Callable[[Sequence[Environment]], list[Environment]]) -> list[Environment]:
    """The tenant's own environments after the edit. Raises what that raises, QueryError for too many, Conflict."""

    def revised(entry: membership.Entry | None) -> membership.Entry:
        return membership.entry(session.tenant, _allowed(edit(membership.read(entry))))

    entry_id = membership.entry_id(session.tenant)
    try:
        return membership.read(await session.registry.revise(entry_id, revised))
    finally:
        session.ctx.store.recent.forget(entry_id)


def _changeable(held: Sequence[Environment], environment_id: str) -> Environment:
    if environment_id == ALL.id:
        raise QueryError(f'the environment "{ALL.id}" can be neither changed nor deleted', "environment_id")
    return membership.chosen(held, environment_id)


def _allowed(environments: list[Environment]) -> list[Environment]:
    """The environments, if a tenant can have them all. Raises QueryError, and Conflict for one name given twice."""
    if len(environments) > MOST:
        raise QueryError(f"a tenant may have at most {MOST} environments")
    if sum(size(membership.filtered(each.filter)) for each in environments) > MOST_CLAUSES:
        raise QueryError("with this filter, those of the tenant compare too much for one search", "filter")
    if sum(map(_regexes, environments)) > MOST_REGEXES:
        raise QueryError(f"the filters of a tenant may hold at most {MOST_REGEXES} regexes", "filter")
    _require_affordable([membership.filtered(each.filter) for each in environments])
    taken: dict[str, str] = {}
    for each in (ALL, *environments):
        first = taken.setdefault(each.name.strip().casefold(), each.id)
        if first != each.id:
            raise Conflict(f'there is an environment "{each.name.strip()}" already', "name", kind="already_exists")
    return environments


def _require_affordable(filters: Sequence[Criterion]) -> None:
    """Raises QueryError for filters that ask too much of a search, which carries them all, and one beside a query."""
    together = Budget(OF_TENANT)
    for each in filters:
        alone = Budget()
        costs.spend(each, alone, "filter")
        if 2 * alone.spent.time > MOST_OF_ALL.time:
            raise QueryError("this filter leaves no room for a query: fewer patterns", "filter", "refused")
        costs.spend(each, together, "filter")


def _regexes(environment: Environment) -> int:
    values = [value for leaf in leaves(parse(environment.filter)) for value in values_of(leaf)]
    return sum(isinstance(each, Regex) for each in values)
