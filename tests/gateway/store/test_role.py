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

CALLERS = ("store", "incidents", "alerts", "once", "access", "serving")
WORDS = {"health", "state", "point_in_time"}
SEARCH = {"indices:data/read/search"}
WRITE = {"indices:data/write/bulk", "indices:data/write/bulk[s]"}
ACTIONS: dict[tuple[str, str], set[str]] = {
    ("GET", ""): {"cluster:monitor/main"},
    ("GET", "_cluster/health"): {"cluster:monitor/health"},
    ("GET", "_index_template"): {"indices:admin/index_template/get"},
    ("PUT", "_index_template"): {"indices:admin/index_template/put"},
    ("PUT", "index"): {"indices:admin/create", "indices:admin/aliases"},
    ("DELETE", "index"): {"indices:admin/delete"},
    ("GET", "_alias"): {"indices:admin/aliases/get"},
    ("POST", "_aliases"): {"indices:admin/aliases", "indices:admin/delete"},
    ("PUT", "_block"): {"indices:admin/block/add", "indices:admin/block/add[s]"},
    ("POST", "_close"): {"indices:admin/close", "indices:admin/close[s]"},
    ("POST", "_open"): {"indices:admin/open"},
    ("PUT", "_settings"): {"indices:admin/settings/update"},
    ("GET", "_cluster/state"): {"cluster:monitor/state"},
    ("GET", "_tasks"): {"cluster:monitor/task/get"},
    ("POST", "_tasks/_cancel"): {"cluster:admin/tasks/cancel"},
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
    ("GET", "_count"): SEARCH,
    ("POST", "_search/point_in_time"): {"indices:data/read/point_in_time/create"},
    ("DELETE", "_search/point_in_time"): {"indices:data/read/point_in_time/delete"},
    ("POST", "_delete_by_query"): {
        *("indices:data/write/delete/byquery", "indices:data/write/delete", "indices:data/read/scroll"),
        *("indices:data/read/scroll/clear", *SEARCH, *WRITE),
    },
    ("POST", "_reindex"): {
        *("indices:data/write/reindex", "indices:data/write/index", "indices:data/read/scroll"),
        *("indices:data/read/scroll/clear", *SEARCH, *WRITE),
    },
}
"""What the engine does, in its own words, for each of its APIs."""

# The security plugin looks for these among the permissions of the cluster, whatever index they are for.
OF_THE_CLUSTER = (
    *("cluster:", "indices:admin/index_template/", "indices:data/read/scroll", "indices:data/write/reindex"),
)
OF_THE_CLUSTER_TOO = {"indices:data/write/bulk", "indices:data/read/mget"}


def calls() -> set[tuple[str, str]]:
    """Every API of the engine that the code calls."""
    files = [file for folder in CALLERS for file in (ROOT / "gateway" / folder).rglob("*.py")]
    trees = [ast.parse(file.read_text()) for file in files]
    return {call for tree in trees for part in parts(tree) for call in of_part(part)}


def parts(tree: ast.Module) -> Iterator[ast.AST]:
    """The functions and methods of a module, what they hold within them, and what stands beside them."""
    for node in tree.body:
        yield from node.body if isinstance(node, ast.ClassDef) else [node]


def of_part(part: ast.AST) -> Iterator[tuple[str, str]]:
    """The APIs that it calls: a method and a path are the first that any such call has."""
    nodes = list(ast.walk(part))
    assigned = {ast.unparse(node.targets[0]): node.value for node in nodes if isinstance(node, ast.Assign)}
    loops = {ast.unparse(node.target): node.iter for node in nodes if isinstance(node, ast.For)}
    for node in nodes:
        match node:
            case ast.Call(args=[ast.Constant(value=("GET" | "PUT" | "POST" | "DELETE") as method), path, *_]):
                yield from ((method, api(text)) for text in spelt(shown(path, assigned), loops))


def spelt(text: str, loops: dict[str, ast.expr]) -> list[str]:
    """The path, once for each word that a loop puts into it."""
    for name, words in loops.items():
        if f"{{{name}}}" in text and isinstance(words, ast.Tuple):
            return [text.replace(f"{{{name}}}", ast.literal_eval(word)) for word in words.elts]
    return [text]


def api(text: str) -> str:
    """Which API a path is of: its own words, without names and what is told of statistics."""
    words = [word for word in text.split("/") if word.startswith("_") or word in WORDS]
    return "/".join(words) or ("index" if text != "/" else "")


def shown(path: ast.expr, assigned: dict[str, ast.expr]) -> str:
    """The path, with what is only known at work in braces."""
    match path:
        case ast.Constant(value=bytes() as raw):
            return raw.decode()
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=pieces):
            return "".join(str(each.value) if isinstance(each, ast.Constant) else named(each) for each in pieces)
        case ast.Call(func=ast.Name(id="document_path")):
            return "/{index}/_doc/{id}"
        case ast.IfExp(body=body):
            return shown(body, assigned)
        case ast.Tuple(elts=[first, *_]):
            return shown(first, assigned)
    name = ast.unparse(path)
    values = [value for names, value in assigned.items() if names.strip("()").split(", ")[0] == name]
    # What a function is given, it calls for others, whose searches are among the calls of this table.
    return shown(values[0], assigned) if values else "/_search"


def named(piece: ast.expr) -> str:
    return "{" + ast.unparse(piece.value).replace("/", "") + "}" if isinstance(piece, ast.FormattedValue) else "{}"


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
