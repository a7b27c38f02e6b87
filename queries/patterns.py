"""Text filters: whole-value equality, or a wildcard pattern.

`*` and `?` are wildcards, `\\*` and `\\?` are themselves, and so is a backslash anywhere else; before a wildcard, two
backslashes stand for one, so that every text can be said.
"""

import re

from queries.criteria import Equals, Like

_WILDCARD = re.compile(r"(\\*)([*?])")


def tokens(text: str) -> list[tuple[bool, str]]:
    """The text as (is a wildcard, what) pieces, in order; neighbouring literals are one piece."""
    pieces: list[tuple[bool, str]] = []
    literal, end = "", 0
    for match in _WILDCARD.finditer(text):
        slashes, symbol = match.groups()
        literal += text[end : match.start()] + "\\" * (len(slashes) // 2)
        end = match.end()
        if len(slashes) % 2:
            literal += symbol
            continue
        pieces += [(False, literal), (True, symbol)] if literal else [(True, symbol)]
        literal = ""
    literal += text[end:]
    return [*pieces, (False, literal)] if literal else pieces


def matching(text: str) -> Equals | Like:
    """What a text filter asks for: the value itself, or the pattern if it holds a wildcard."""
    pieces = tokens(text)
    if any(is_wildcard for is_wildcard, _ in pieces):
        return Like("".join(piece if is_wildcard else _escaped(piece) for is_wildcard, piece in pieces))
    return Equals("".join(piece for _, piece in pieces))


def _escaped(literal: str) -> str:
    return re.sub(r"[\\*?]", r"\\\g<0>", literal)
