"""Stories told to a gateway over HTTP: many side by side, in as few requests as its APIs allow."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from gateway.client import Caller, RemoteError
from gateway.demo.stories import Names, Step, Story, filled

_AT_ONCE = 4


async def play(caller: Caller, stories: Sequence[Story]) -> None:
    """Tells the stories side by side: the first step of each, then the second of each. Raises RemoteError.

    Steps of one person at one address are one request where that takes a list.
    """
    limit = asyncio.Semaphore(_AT_ONCE)
    for position in range(max((len(each.steps) for each in stories), default=0)):
        due = [_part(each, step) for each in stories if (step := each.step(position))]
        await _all([asyncio.create_task(_send(caller, parts, limit)) for parts in _requests(due)])


async def _all(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Awaits the tasks; the first that fails ends the others. Raises what it raised."""
    # Before Python 3.13 a TaskGroup whose task fails at the end of its block leaves its caller cancelled.
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Part:
    """What one story's step puts into a request."""

    step: Step
    names: Names
    by: str
    send: str
    body: Any


def _part(story: Story, step: Step) -> _Part:
    return _Part(step, story.names, *filled([step.by, step.send, step.body], story.names))


def _requests(parts: Sequence[_Part]) -> Iterable[list[_Part]]:
    """The parts of each request; those that differ in nothing but their rows are of one."""
    requests: dict[object, list[_Part]] = {}
    for each in parts:
        app_key = each.body.get("app_key") if isinstance(each.body, dict) else None
        key = id(each) if _rows(each.body) is None else (each.by, each.send, app_key)
        requests.setdefault(key, []).append(each)
    return requests.values()


def _rows(body: Any) -> list[Any] | None:
    """The list that a body is, or carries beside the key of a monitoring tool."""
    match body:
        case list():
            return body
        case {"app_key": _, "alerts": list(rows)}:
            return rows
    return None


def _joined(bodies: Sequence[Any]) -> Any:
    """One body with the rows of all."""
    rows = [row for each in bodies for row in _rows(each) or ()]
    match bodies[0]:
        case list():
            return rows
        case {"app_key": _, "alerts": _}:
            return {**bodies[0], "alerts": rows}
    return bodies[0]


async def _send(caller: Caller, parts: Sequence[_Part], limit: asyncio.Semaphore) -> None:
    first = parts[0]
    headers = {"User-ID": first.by, **first.step.headers}
    async with limit:
        try:
            body = _joined([each.body for each in parts])
            answer = await caller.ask(first.send, body, headers=headers, passing=first.step.passing)
            _require_success(answer)
        except RemoteError as error:
            raise RemoteError(f"{first.send}: {error}") from error
    rows = _answered_rows(answer)
    left = iter(rows or ())
    for each in parts:
        mine = answer if rows is None else list(islice(left, len(_rows(each.body) or ())))
        each.names.update({name: _at(mine, path) for name, path in each.step.keep.items()})


def _require_success(answer: Any) -> None:
    """Raises RemoteError for a row that could not be applied."""
    match answer:
        case {"errors": True, "items": items}:
            failed = next(row for each in items for row in each.values() if "error" in row)
            raise RemoteError(f"{failed['_id']}: {failed['error']['reason']}")


def _answered_rows(answer: Any) -> list[Any] | None:
    """What became of each row of a list that was sent."""
    match answer:
        case {"items": list(rows)} | {"data": {"alerts": list(rows)}}:
            return rows
    return None


def _at(answer: Any, path: str) -> Any:
    """What stands in the answer at a path such as `data.incident_id`, or `0.alert_id`."""
    for key in path.split(".") if path else ():
        answer = answer[int(key) if isinstance(answer, list) else key]
    return answer
