"""No test decides by a clock under a minute: on a busy machine what is well may take long, and what waits must wait."""

import ast
from collections.abc import Iterator

import pytest

from tests.serving import ROOT

# A storm is no test: its clock is the load's.
MODULES = sorted(path for path in (ROOT / "tests").rglob("*.py") if "storms" not in path.parts)
LIMITS = {"timeout", "patience", "opensearch_timeout", "max_time"}
WAITS = {"fail_after", "join", "move_on_after", "timeout", "wait", "wait_for"}
REQUESTS = {"AsyncClient", "Client", "delete", "get", "head", "patch", "post", "put", "request", "stream"}


def hasty(tree: ast.AST) -> list[int]:
    """The lines that wait for less than a minute."""
    nodes = list(ast.walk(tree))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    names = [node for node in nodes if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).lower() in LIMITS]
    return sorted(
        [call.lineno for call in calls if any(map(is_short, limits(call))) or takes_five_seconds(call)]
        + [name.lineno for name in names if is_short(name.value)]
    )


def limits(call: ast.Call) -> Iterator[ast.expr]:
    """What a call says of how long it waits."""
    yield from (each.value for each in call.keywords if each.arg in LIMITS)
    if ast.unparse(call.func).rpartition(".")[2] in WAITS:
        yield from call.args[-1:]


def is_short(value: ast.expr) -> bool:
    """Whether it is a number of seconds under a minute; none at all is for what must be over at once."""
    return isinstance(value, ast.Constant) and isinstance(value.value, int | float) and 0 < value.value < 60


def takes_five_seconds(call: ast.Call) -> bool:
    """Whether it is an HTTP client that was told nothing, unless it serves itself."""
    library, _, name = ast.unparse(call.func).rpartition(".")
    return (
        library == "httpx2" and name in REQUESTS and not {each.arg for each in call.keywords} & {"timeout", "transport"}
    )


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        pytest.param("httpx2.get(url, timeout=60)", [], id="a request with a minute"),
        pytest.param("httpx2.get(url, timeout=59.9)", [1], id="a request with less"),
        pytest.param("httpx2.AsyncClient()", [1], id="a client that is told nothing"),
        pytest.param("httpx2.AsyncClient(transport=inner)", [], id="a client in process"),
        pytest.param("async def a():\n async with asyncio.timeout(5): pass", [2], id="a block"),
        pytest.param("asyncio.timeout(0)", [], id="what must be over at once"),
        pytest.param("ready.wait(30)", [1], id="an event"),
        pytest.param("asyncio.wait_for(asked, 1)", [1], id="a wait with its seconds last"),
        pytest.param("pytest.mark.timeout(5)", [1], id="a test"),
        pytest.param("PATIENCE = 30", [1], id="a name for all of them"),
    ],
)
def test_what_is_hasty(code: str, lines: list[int]) -> None:
    assert hasty(ast.parse(code)) == lines


def test_nothing_is_hasty() -> None:
    places = [f"{path.relative_to(ROOT)}:{line}" for path in MODULES for line in hasty(ast.parse(path.read_text()))]
    assert places == []
