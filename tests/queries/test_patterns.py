"""What a text filter asks for: the value itself, or a pattern."""

import pytest

from queries.criteria import Equals, Like
from queries.patterns import matching, tokens


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
        pytest.param("*", Like("*"), id="an asterisk alone"),
        pytest.param("**??", Like("**??"), id="wildcards in a row"),
        pytest.param("\\**", Like("\\**"), id="an escaped asterisk beside a wildcard stays escaped"),
        pytest.param("why\\?*", Like("why\\?*"), id="an escaped question mark beside a wildcard stays escaped"),
        pytest.param("C:\\\\*", Like("C:\\\\*"), id="two backslashes before a wildcard are one"),
        pytest.param("C:\\t*", Like("C:\\\\t*"), id="a literal backslash is escaped in a pattern"),
        pytest.param("a\\\\\\*b", Equals("a\\*b"), id="three backslashes before an asterisk: one, and the asterisk"),
    ],
)
def test_matching(text: str, expected: Equals | Like) -> None:
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
