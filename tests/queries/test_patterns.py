"""What a text filter asks for: the value itself, or a pattern; and how large a pattern's automaton may be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.criteria import Equals, Like, Present
from queries.patterns import Shape, matching, shape, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", Equals(""), id="the empty text is itself"),
        pytest.param("disk full", Equals("disk full"), id="text without a wildcard is itself"),
        pytest.param("C:\\temp", Equals("C:\\temp"), id="a backslash before anything else is itself"),
        pytest.param("disk\\", Equals("disk\\"), id="a backslash at the end is itself"),
        pytest.param("\\\\share", Equals("\\\\share"), id="two backslashes before anything else are two"),
        pytest.param("5 \\* 3", Equals("5 * 3"), id="an escaped asterisk is itself"),
        pytest.param("why\\?", Equals("why?"), id="an escaped question mark is itself"),
        pytest.param("disk*", Like("disk*"), id="an asterisk is any run"),
        pytest.param("d?sk", Like("d?sk"), id="a question mark is any one character"),
        pytest.param("*", Present(), id="an asterisk alone is any value"),
        pytest.param("***", Present(), id="so are several"),
        pytest.param("**??", Like("**??"), id="wildcards in a row"),
        pytest.param("\\**", Like("\\**"), id="an escaped asterisk beside a wildcard stays escaped"),
        pytest.param("why\\?*", Like("why\\?*"), id="an escaped question mark beside a wildcard stays escaped"),
        pytest.param("C:\\\\*", Like("C:\\\\*"), id="two backslashes before a wildcard are one"),
        pytest.param("C:\\t*", Like("C:\\\\t*"), id="a literal backslash is escaped in a pattern"),
        pytest.param("a\\\\\\*b", Equals("a\\*b"), id="three backslashes before an asterisk: one, and the asterisk"),
    ],
)
def test_matching(text: str, expected: Equals | Like | Present) -> None:
    assert matching(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("ab", [(False, "ab")], id="one literal"),
        pytest.param("a\\*b*c", [(False, "a*b"), (True, "*"), (False, "c")], id="neighbouring literals are one"),
        pytest.param("?*", [(True, "?"), (True, "*")], id="wildcards stand alone"),
    ],
)
def test_tokens(text: str, expected: list[tuple[bool, str]]) -> None:
    assert tokens(text) == expected


def sizes(symbols: str) -> int:
    """The sizes of all states of the pattern's automaton, made deterministic as the engine makes it."""
    letters = symbols.replace("*", "")
    stays = sum({1 << len(symbols[:at].replace("*", "")) for at, symbol in enumerate(symbols) if symbol == "*"})
    moves = [sum(2 << at for at, each in enumerate(letters) if each in ("?", one)) for one in {*letters, "other"}]
    seen, todo = {1}, [1]
    while todo:
        state = todo.pop()
        reached = {state << 1 & move | state & stays for move in moves} - seen - {0}
        seen |= reached
        todo += reached
    return sum(state.bit_count() for state in seen)


@given(st.text("aab?*", max_size=14) | st.text("ab?", max_size=12) | st.text("a*", max_size=40))
@settings(deadline=None)
def test_the_work_is_never_less_than_the_engine_has(symbols: str) -> None:
    pattern = f"*{symbols}"
    assert sizes(pattern) <= shape(pattern).work + 1


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("disk", Shape(4, 4, 5), id="no wildcard"),
        pytest.param("disk*", Shape(4, 4, 5), id="a beginning"),
        pytest.param("d?sk*", Shape(1, 2, 5), id="one letter comes first"),
        pytest.param("*disk", Shape(0, 4, 31), id="an end"),
        pytest.param("*d?sk*", Shape(0, 2, 90), id="a letter is unsure"),
        pytest.param("*???disk", Shape(0, 4, 80), id="any three letters first are sure"),
        pytest.param("\\*\\?*a", Shape(2, 2, 7), id="escaped wildcards are letters"),
        pytest.param("*a???????????az", Shape(0, 2, 576_000), id="a dozen unsure letters"),
    ],
)
def test_a_shape(pattern: str, expected: Shape) -> None:
    assert shape(pattern) == expected
