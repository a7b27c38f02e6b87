"""Regular expressions of BPQL in the engine's words, and those that are refused."""

import pytest

from gateway.dialects.bigpanda.regexes import Unreadable, engine_regex


@pytest.mark.parametrize(
    ("said", "written"),
    [
        pytest.param("abc", "abc", id="letters"),
        pytest.param("a-b c", "a\\-b\\ c", id="symbols are made literal"),
        pytest.param(
            'a"b#c@d&e<1-2>~f', 'a\\"b\\#c\\@d\\&e\\<1\\-2\\>\\~f', id="symbols that mean something to the engine"
        ),
        pytest.param("\\.\\/\\\\", "\\.\\/\\\\", id="symbols with a backslash"),
        pytest.param("a.b", "a.b", id="any character"),
        pytest.param("^prod.*$", "prod.*", id="anchors at the ends change nothing"),
        pytest.param("a\\$", "a\\$", id="a literal dollar at the end"),
        pytest.param("a\\\\$", "a\\\\", id="an anchor behind a literal backslash"),
        pytest.param("\\d\\w\\s", "[0-9][A-Za-z0-9_][ \t\n\r\f\v]", id="classes, of ASCII"),
        pytest.param("\\D\\W\\S", "[^0-9][^A-Za-z0-9_][^ \t\n\r\f\v]", id="what is not in a class"),
        pytest.param("[a-c]", "[a-cA-C]", id="a range in both cases"),
        pytest.param("[Z-b]", "[Z-bA-Bz]", id="a range over both cases"),
        pytest.param("[ж-и]", "[ж-иЖ-И]", id="a range of another script"),
        pytest.param("[^a_]", "[^aA\\_]", id="what is not in a set"),
        pytest.param("[a^.)\\]\\-]", "[aA\\^\\.\\)\\]\\-]", id="symbols in a set"),
        pytest.param("[-a-]", "[\\-aA\\-]", id="dashes at the ends of a set"),
        pytest.param("[\\d\\w.]", "[0-9A-Za-z0-9_\\.]", id="classes in a set"),
        pytest.param("[!-/]", "[\\!-\\/]", id="a range of symbols"),
        pytest.param("(a|b)?(?:cd)*", "(a|b)?(cd)*", id="groups"),
        pytest.param("a?b*c+d{2}e{2,}f{2,3}", "a?b*c+d{2}e{2,}f{2,3}", id="counts"),
        pytest.param("a|bc", "a|bc", id="alternatives"),
        pytest.param("🚨éς", "\\🚨[Éé][Σςσ]", id="every case beyond ASCII"),
    ],
)
def test_what_is_written(said: str, written: str) -> None:
    assert engine_regex(said) == written


WANTED, NOT_TAKEN = "something to look for is wanted here", "\\ stands before a symbol that is meant as itself"
NOTHING, RANGE = "this count has nothing to repeat", "a range goes from a character to a later one, over at most 1,000"
LARGE = "a regex may have at most 250 symbols, with its counts written out"


@pytest.mark.parametrize(
    ("said", "at", "what"),
    [
        pytest.param("", 0, WANTED, id="nothing"),
        pytest.param("^$", 2, WANTED, id="anchors alone"),
        pytest.param("a|", 2, WANTED, id="no last alternative"),
        pytest.param("|a", 0, WANTED, id="no first alternative"),
        pytest.param("(a||b)", 3, WANTED, id="an empty alternative"),
        pytest.param("()", 1, WANTED, id="an empty group"),
        pytest.param("(a", 0, "this parenthesis is not closed", id="an open group"),
        pytest.param("a)", 1, "this parenthesis was not opened", id="a group that nobody opened"),
        pytest.param("*a", 0, NOTHING, id="a count in front"),
        pytest.param("(?a)", 0, f'"(?" is not taken in a regex; {NOT_TAKEN}', id="a group of another kind"),
        pytest.param("a**", 2, NOTHING, id="a count of a count"),
        pytest.param("a+?", 2, NOTHING, id="as short as possible"),
        pytest.param("a{3,2}", 1, "the first number of a count is the lower one", id="a count upside down"),
        pytest.param("a{,2}", 1, f'"{{," is not taken in a regex; {NOT_TAKEN}', id="no lower count"),
        pytest.param("a{x", 1, f'"{{x" is not taken in a regex; {NOT_TAKEN}', id="a brace"),
        pytest.param("a^b", 1, f'"^b" is not taken in a regex; {NOT_TAKEN}', id="an anchor within"),
        pytest.param("a$b", 1, f'"$b" is not taken in a regex; {NOT_TAKEN}', id="another"),
        pytest.param("\\bx", 0, f'"\\b" is not taken in a regex; {NOT_TAKEN}', id="the end of a word"),
        pytest.param("(a)\\1", 3, f'"\\1" is not taken in a regex; {NOT_TAKEN}', id="what was found before"),
        pytest.param("[]", 0, f'"[]" is not taken in a regex; {NOT_TAKEN}', id="an empty set"),
        pytest.param("[^]", 0, f'"[^" is not taken in a regex; {NOT_TAKEN}', id="a set of all"),
        pytest.param("[a", 0, f'"[a" is not taken in a regex; {NOT_TAKEN}', id="an open set"),
        pytest.param("[a-\\d]", 0, f'"[a" is not taken in a regex; {NOT_TAKEN}', id="a range to a class"),
        pytest.param("[\\D]", 0, f'"[\\" is not taken in a regex; {NOT_TAKEN}', id="what is not in a class, in a set"),
        pytest.param("x[z-a]", 2, RANGE, id="a range upside down"),
        pytest.param("[\u0001-\uffff]", 1, RANGE, id="too wide a range"),
        pytest.param("x" * 257, 0, "a regex may have at most 256 characters", id="too long"),
        pytest.param(
            "\\W" * 128, 0, "a regex may have at most 1600 characters, with its sets written out", id="long sets"
        ),
        pytest.param("a{251}", 1, LARGE, id="too high a count"),
        pytest.param("((a{9}){9}){9}", 11, LARGE, id="counts within counts"),
        pytest.param("(ab?){99}c{99}", 10, LARGE, id="several counts"),
    ],
)
def test_what_is_refused(said: str, at: int, what: str) -> None:
    with pytest.raises(Unreadable) as refused:
        engine_regex(said)
    assert (refused.value.at, refused.value.what) == (at, what)


@pytest.mark.parametrize(
    "said", ["a{250}", "(a{5}){50}", "a{0}" * 60, "x" * 250, "a{1}|b{249}", "(a{2,}b){80}c{10,10}"]
)
def test_limits_are_reached(said: str) -> None:
    assert engine_regex(said) == said
