"""The role that a gateway needs in a secured engine: what it may do is what the code calls, and nothing else."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store.names import REGISTRY, events_of, incidents_of
from tests.serving import ROOT

pytestmark = pytest.mark.outside

ROLE = json.loads((ROOT / "deploy" / "role.json").read_text())

SEARCH = {"indices:data/read/search"}
WRITE = {"indices:data/write/bulk", "indices:data/write/bulk[s]"}
ACTIONS: dict[tuple[str, str], set[str]] = {
    ("GET", ""): {"cluster:monitor/main"},
    ("GET", "_cluster/health"): {"cluster:monitor/health"},
    ("GET", "_index_template"): {"indices:admin/index_template/get"},
    ("PUT", "_index_template"): {"indices:admin/index_template/put"},
    ("PUT", "index"): {"indices:admin/create"},
    ("DELETE", "index"): {"indices:admin/delete"},
    ("GET", "_alias"): {"indices:admin/aliases/get"},
    ("GET", "_settings"): {"indices:monitor/settings/get"},
    ("GET", "_stats"): {"indices:monitor/stats"},
    ("GET", "_mapping"): {"indices:admin/mappings/get"},
    ("PUT", "_mapping"): {"indices:admin/mapping/put"},
    ("POST", "_refresh"): {"indices:admin/refresh", "indices:admin/refresh[s]"},
    ("GET", "_doc"): {"indices:data/read/get"},
    ("PUT", "_doc"): {"indices:data/write/index", *WRITE},
    ("DELETE", "_doc"): {"indices:data/write/delete", *WRITE},
    ("POST", "_bulk"): {"indices:data/write/index", "indices:data/write/delete", *WRITE},
    ("POST", "_mget"): {"indices:data/read/mget", "indices:data/read/mget[shard]"},
    ("POST", "_search"): SEARCH,
    ("POST", "_count"): SEARCH,
    ("POST", "_search/point_in_time"): {"indices:data/read/point_in_time/create"},
    ("DELETE", "_search/point_in_time"): {"indices:data/read/point_in_time/delete"},
    ("POST", "_delete_by_query"): {
        *("indices:data/write/delete/byquery", "indices:data/write/delete", "indices:data/read/scroll"),
        *("indices:data/read/scroll/clear", *SEARCH, *WRITE),
    },
}
"""What the engine does, in its own words, for each of its APIs."""

# The security plugin looks for these among the permissions of the cluster, whatever index they are for.
OF_THE_CLUSTER = ("cluster:", "indices:admin/index_template/", "indices:data/read/scroll")
OF_THE_CLUSTER_TOO = {"indices:data/write/bulk", "indices:data/read/mget"}


def calls() -> set[tuple[str, str]]:
    """Every API of the engine that the code calls."""
    files = (ROOT / "gateway").rglob("*.py")
    trees = [ast.parse(file.read_text()) for file in files if file.parts[-2] not in {"client", "demo", "engine"}]
    return {call for tree in trees for function in functions(tree) for call in of_function(function)}


def functions(tree: ast.Module) -> Iterator[ast.AST]:
    """The functions of a module, and the module itself for what stands beside them."""
    inner = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    yield from inner
    yield ast.Module([node for node in tree.body if isinstance(node, ast.Assign)], [])


def of_function(function: ast.AST) -> Iterator[tuple[str, str]]:
    """The APIs that it calls."""
    nodes = list(ast.walk(function))
    assigned = {ast.unparse(node.targets[0]): node.value for node in nodes if isinstance(node, ast.Assign)}
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"call", "EngineRequest"}:
            match node.args:
                case [ast.Constant(value=str() as method), path, *_]:
                    yield method, api(path, assigned)


def api(path: ast.expr, assigned: dict[str, ast.expr]) -> str:
    """Which API a path is of: from its first word on, without ids and without what is told of statistics."""
    text = shown(path, assigned)
    words = [word for word in text.strip("/").split("/") if word not in {"{}", "store", "refresh"}]
    of_index = [word for word in words if not word.startswith(("im-", "{}"))]
    return "/".join(of_index) or ("index" if text != "/" else "")


def shown(path: ast.expr, assigned: dict[str, ast.expr]) -> str:
    """The path with {} in the place of what is only known at work."""
    match path:
        case ast.Constant(value=bytes() as raw):
            return raw.decode()
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
        case ast.Call(func=ast.Name(id="document_path")):
            return "/{}/_doc/{}"
        case ast.IfExp(body=body):
            return shown(body, assigned)
        case ast.Tuple(elts=[first, *_]):
            return shown(first, assigned)
    name = ast.unparse(path)
    return shown(next(value for names, value in assigned.items() if names.strip("()").split(", ")[0] == name), assigned)


def is_of_the_cluster(action: str) -> bool:
    return action.startswith(OF_THE_CLUSTER) or action in OF_THE_CLUSTER_TOO


def test_the_role_allows_what_the_code_calls_and_nothing_else() -> None:
    assert calls() - ACTIONS.keys() == set()
    needed = set().union(*(ACTIONS[call] for call in calls()))
    [of_indices] = ROLE["index_permissions"]
    assert ROLE["cluster_permissions"] == sorted(filter(is_of_the_cluster, needed))
    of_both = {action for action in needed if not action.startswith(OF_THE_CLUSTER)}
    assert of_indices["allowed_actions"] == sorted(of_both)


def test_the_role_reaches_the_gateways_own_indices_alone() -> None:
    [of_indices] = ROLE["index_permissions"]
    assert of_indices["index_patterns"] == [incidents_of("*"), events_of("*"), REGISTRY]
    assert list(ROLE) == ["description", "cluster_permissions", "index_permissions"]


def test_every_action_of_the_table_is_called() -> None:
    assert ACTIONS.keys() - calls() == set()


def test_the_page_for_operators_tells_of_the_role() -> None:
    assert "(../deploy/role.json)" in Path(ROOT / "docs" / "operating.md").read_text()
