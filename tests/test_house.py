"""The plan of the house holds: no vendor is named below the dialects, each has the same rooms, and all is short."""

import ast
import re
from collections.abc import Iterator

import pytest

from gateway.dialects import DIALECTS
from gateway.dialects.dialect import Dialect
from tests.serving import ROOT

LONGEST_FILE, LONGEST_FUNCTION = 250, 30
MODULES = sorted(
    path
    for room in ("gateway", "queries", "index_templates", "tests", "benchmarks")
    for path in (ROOT / room).rglob("*.py")
)

ABOVE = {"cli", "client", "console", "demo", "dialects", "engine", "serving"}
"""Rooms of the gateway that do not stand below the dialects."""

NATIVE, *OTHERS = DIALECTS
NAMES = {"bpql"} | {dialect.name for dialect in OTHERS} | {each.extension.name for each in OTHERS if each.extension}
VENDOR = re.compile(rf"(?<![a-z0-9])({'|'.join(NAMES)})(?![a-z0-9])", re.IGNORECASE)

IN_EVERY_DIALECT = {"__init__.py", "errors.py", "requests.py", "schemas.py", "table.py", "translate.py"}


def below() -> Iterator[str]:
    """What the dialects stand on: every text file, by its path from the root."""
    rooms = [path for path in (ROOT / "gateway").iterdir() if path.name not in ABOVE]
    for room in (*rooms, ROOT / "queries", ROOT / "index_templates"):
        for path in (room, *room.rglob("*")):
            if path.suffix in {".json", ".py"}:
                yield str(path.relative_to(ROOT))


def long_functions(tree: ast.AST) -> list[str]:
    """The functions that are too long."""
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [each.name for each in functions if (each.end_lineno or 0) - each.lineno >= LONGEST_FUNCTION]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("ext.log360.status", ["log360"], id="in a path"),
        pytest.param("BigPanda has v1's words", ["BigPanda", "v1"], id="in a sentence"),
        pytest.param("incidents_v1.names", ["incidents_v1"], id="a dialect of several words"),
        pytest.param("im-incidents, v10, vendor", [], id="the native one, and what only looks like one"),
    ],
)
def test_what_names_a_vendor(text: str, named: list[str]) -> None:
    assert VENDOR.findall(text) == named


def test_below_the_dialects_no_vendor_is_named() -> None:
    names = {path: VENDOR.findall((ROOT / path).read_text()) for path in below()}
    assert len(names) > 50
    assert {path: found for path, found in names.items() if found} == {}


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_each_dialect_has_the_same_rooms(dialect: Dialect) -> None:
    rooms = {path.name for path in (ROOT / "gateway" / "dialects" / dialect.name).glob("*.py")}
    assert not IN_EVERY_DIALECT - rooms
    assert any(room.startswith("endpoints") for room in rooms)
    assert ("extension.py" in rooms) == (dialect.extension is not None)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param(LONGEST_FUNCTION - 1, [], id="as long as may be"),
        pytest.param(LONGEST_FUNCTION, ["long"], id="a line longer"),
    ],
)
def test_what_is_too_long(lines: int, found: list[str]) -> None:
    assert long_functions(ast.parse("async def long():\n" + " pass\n" * lines)) == found


def test_no_file_is_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in MODULES}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    found = {str(path.relative_to(ROOT)): long_functions(ast.parse(path.read_text())) for path in MODULES}
    assert {path: names for path, names in found.items() if names} == {}
