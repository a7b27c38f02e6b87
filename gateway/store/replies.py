"""The engine's replies as JSON; what is no reply, or not a whole one, is an error."""

from typing import Any

import orjson

from gateway.problems import TimedOut, Unavailable

Json = dict[str, Any]

NO_REPLY = "the engine answered with something that is no reply"
IN_PART = "a part of the engine failed"


def parsed(reply: str) -> Json:
    """The engine's reply as a JSON object. Raises Unavailable for one that is none."""
    try:
        answer = orjson.loads(reply)
    except orjson.JSONDecodeError as error:
        raise Unavailable(NO_REPLY) from error
    if not isinstance(answer, dict):
        raise Unavailable(NO_REPLY)
    return answer


def complete(reply: str) -> Json:
    """The engine's reply, if every shard did its part, in time. Raises Unavailable, TimedOut."""
    answer = parsed(reply)
    if answer.get("timed_out"):
        raise TimedOut("the engine did not finish in time")
    if answer.get("failures") or answer.get("_shards", {}).get("failed"):
        raise Unavailable(IN_PART)
    return answer
