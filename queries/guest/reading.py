"""A guest's query as JSON text: read strictly, so that no two readers could see two different queries in it."""

import json
import re
from typing import NoReturn

from queries.errors import QueryError
from queries.guest.places import shown

SIZE = 32 * 1024
NESTED = 100

_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"?|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL)


def read(text: str, where: str) -> object:
    """The value that the text holds; raises QueryError for text over 32 kB, or that is not JSON to the letter."""
    if len(text) > SIZE or len(text.encode(errors="surrogatepass")) > SIZE:
        raise _too_long(where)
    _require_shallow(text, where)

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        result: dict[str, object] = {}
        for key, value in pairs:
            if key in result:
                raise QueryError(f"the key {shown(key)} is there twice", where)
            result[key] = value
        return result

    def no_number(word: str) -> NoReturn:
        raise QueryError(f"{word} is not a JSON number", where)

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=no_number)
    except json.JSONDecodeError as error:
        raise QueryError(f"not JSON from character {error.pos} on", where) from None
    except ValueError:
        raise QueryError("a number with too many digits", where) from None


def require_size(clause: object, where: str) -> None:
    """Raises QueryError if the clause, written as JSON, is over 32 kB."""
    if len(json.dumps(clause, ensure_ascii=False, separators=(",", ":")).encode()) > SIZE:
        raise _too_long(where)


def _require_shallow(text: str, where: str) -> None:
    # How deep a parser can go without harm depends on the interpreter; this does not.
    depth = 0
    for token in _BRACKET.finditer(text):
        depth += (token["open"] is not None) - (token["close"] is not None)
        if depth > NESTED:
            raise QueryError(f"brackets nest at most {NESTED} deep", where)


def _too_long(where: str) -> QueryError:
    return QueryError(f"a query is at most {SIZE} bytes", where)
