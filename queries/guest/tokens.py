"""The tokens of the two languages that a query may carry as text.

Those of `query_string` are Lucene's, less those that are refused; what they do not cover is refused too, so that no
field is named unseen.
"""

import re

from queries.guest.places import Place, refusal, shown

OPERANDS = ("word", "phrase", "range")

_SPECIAL = r' \t\n\r\f\v\u3000!():^\[\]"{}~*?\\/'
_BOUND = r'"[^"\\\[\]{}]*"|[^\s"\\\[\]{}]+'
TOKEN = re.compile(
    rf"""
    (?P<blank>[ \t\n\r\u3000]+)
    | (?P<phrase>"(?:[^"\\]|\\.)*")
    | (?P<range>(?P<from>[\[{{])[ ]*(?P<low>{_BOUND})[ ]+TO[ ]+(?P<high>{_BOUND})[ ]*(?P<to>[\]}}]))
    | (?P<open>\()
    | (?P<close>\))
    | (?P<colon>:)
    | (?P<sign>[+!-])
    | (?P<boost>\^(?P<factor>\d{{1,4}}(?:\.\d{{1,6}})?))(?![\d.])
    | (?P<near>~(?P<distance>\d{{0,2}}))(?=[\s)^]|$)
    | (?P<word>(?:[^+\-{_SPECIAL}]|\\.|[*?])(?:[^{_SPECIAL}]|\\.|[*?])*)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_RUN = r'(?:[^\s"|+()\\*~]|\\.)'
SIMPLE = re.compile(
    rf'(?P<prefix>{_RUN}*\*)|(?P<plain>{_RUN}+)|\\|(?P<near>"?~)(?P<distance>[^\s"|+()]*)|[^\\]', re.DOTALL
)
Token = re.Match[str]


def tokens(text: str, place: Place) -> list[Token]:
    """The tokens of a `query_string`, blanks too; raises QueryError where there is none."""
    result: list[Token] = []
    while (end := result[-1].end() if result else 0) < len(text):
        token = TOKEN.match(text, end)
        if token is None:
            raise _unreadable(text, end, place)
        result.append(token)
    return result


def _unreadable(text: str, position: int, place: Place) -> Exception:
    if text[position] == "/":
        return refusal(f"no /regular expression/ at character {position}; a slash is written \\/ or in quotes", place)
    return refusal(f"the query text cannot be read at character {position}: {shown(text[position])}", place)
