"""How an operation may refuse, in its dialect's own words."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

import orjson

from gateway import problems, wire
from gateway.dialects.dialect import Dialect, Operation
from gateway.incidents.feed.position import Gone
from gateway.problems import Problem, problem
from gateway.serving import faults
from gateway.serving.openapi import headers
from gateway.serving.openapi.bodies import takes_body
from gateway.serving.refusals import problem_of
from queries.errors import QueryError

Json = dict[str, Any]

_PROBLEMS: tuple[Problem, ...] = (
    *map(
        problem,
        (
            QueryError("0 or more is wanted here", "size"),
            problems.Unauthenticated("a key is wanted: Authorization: Bearer"),
            problems.Forbidden('the key "reader" has no scope "write"'),
            problems.NotFound("no such incident", "id"),
            problems.Conflict("the document is not at that version", "_meta.version"),
            problems.Conflict("this request is under way already", "Idempotency-Key", kind="in_flight", retry_after=1),
            problems.PitExpired("this point in time is gone; open a new one", "pit"),
            Gone(),
            problems.TooLarge("the body may be at most 10,485,760 bytes"),
            problems.UnsupportedMediaType('a body of "text/plain" is not read here; send application/json'),
            problems.UnsupportedEncoding('a body that is "zstd" is not read here; send it plain, or as gzip'),
            problems.Reused("another request was sent under this key", "Idempotency-Key"),
            problems.TooMany("too many requests are under way"),
            RuntimeError(),
            problems.Unavailable("the engine cannot be reached"),
            problems.TimedOut("the engine did not answer in time"),
        ),
    ),
    *map(problem_of, (faults.HEADER_TIMEOUT, faults.URL_BYTES, faults.HEADER_BYTES)),
)


_EVENTS = "text/event-stream"
"""What a feed is answered as, which goes on behind a cursor."""


def of(dialect: Dialect, operation: Operation) -> Json:
    """The refusals that the operation may answer with, by status."""
    statuses = {dialect.render(each).status_code for each in _PROBLEMS if _may(operation, each)}
    return {str(each): {"$ref": f"#/components/responses/{each}"} for each in sorted(statuses)}


def responses(dialect: Dialect, schema: Json) -> Json:
    """Each refusal that any of the dialect's operations may answer with, by status."""
    return {str(status): _response(dialect, group, schema) for status, group in _by_status(dialect).items()}


def _may(operation: Operation, refusal: Problem) -> bool:
    """Whether the operation may be refused so: all may, but for what needs a body, a write, or a place in time."""
    match refusal.status:
        case 409 | 422:
            return operation.scope != "read"
        case 410 if refusal.kind == Gone.kind:
            return _EVENTS in operation.reply_types
        case 410:
            return any("pit" in each.model_fields for each in (operation.body, operation.query) if each)
        case 413 | 415:
            return takes_body(operation)
        case _:
            return True


def _by_status(dialect: Dialect) -> dict[int, list[Problem]]:
    result: dict[int, list[Problem]] = {}
    for each in (each for each in _PROBLEMS if any(_may(operation, each) for operation in dialect.operations)):
        result.setdefault(dialect.render(each).status_code, []).append(each)
    return result


def _response(dialect: Dialect, refusals: Sequence[Problem], schema: Json) -> Json:
    """The answer with that status, and the dialect's own words for everything that it stands for."""
    answers = [dialect.render(each) for each in refusals]
    examples = {
        each.kind: {"value": orjson.loads(bytes(answer.body))} for each, answer in zip(refusals, answers, strict=True)
    }
    return {
        "description": HTTPStatus(answers[0].status_code).phrase,
        "headers": headers.of([name for each in refusals for name in _headers(dialect, each)]),
        "content": {wire.JSON: {"schema": schema, "examples": examples}},
    }


def _headers(dialect: Dialect, refusal: Problem) -> Iterator[str]:
    """The headers that go with a refusal, as `dialects.dialect.rendered` adds them."""
    if refusal.retry_after is not None:
        yield "Retry-After"
    if dialect.render(refusal).status_code == 401:
        yield "WWW-Authenticate"
    if refusal.kind == problems.UnsupportedEncoding.kind:
        yield "Accept-Encoding"
