"""What the dashboard and the alerts ask Prometheus, and which series and labels each question takes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import promql_parser as promql
import yaml

from tests.serving import ROOT

ALERTS = ROOT / "deploy" / "alerts.yaml"
DASHBOARD = ROOT / "deploy" / "grafana.json"
JOB = "incident-gateway"

_VARIABLES = {"$__rate_interval": "1m", "$job": JOB}
_COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})


@dataclass(frozen=True, slots=True)
class Expression:
    """A question, and where it stands."""

    where: str
    text: str


def expressions() -> list[Expression]:
    """All of them, with the dashboard's variables filled in."""
    return [*_of_alerts(), *_of_dashboard()]


def _of_alerts() -> Iterator[Expression]:
    for group in yaml.safe_load(ALERTS.read_text())["groups"]:
        for rule in group["rules"]:
            yield Expression(f"alert {rule['alert']}", rule["expr"])


def _of_dashboard() -> Iterator[Expression]:
    for panel in orjson.loads(DASHBOARD.read_bytes())["panels"]:
        for target in panel.get("targets", ()):
            text = target["expr"]
            for name, value in _VARIABLES.items():
                text = text.replace(name, value)
            yield Expression(f"panel {panel['title']}, {target['refId']}", text)


def measured(text: str) -> str:
    """What the question compares with a bound, which answers also where there is nothing to alert of."""
    whole = promql.parse(text)
    if isinstance(whole, promql.BinaryExpr) and str(whole.op) in _COMPARISONS:
        return str(whole.lhs.prettify())
    return text


def selectors(text: str) -> list[Any]:
    """The series that it selects."""
    selected: list[Any] = []

    def visit(node: Any) -> None:
        if isinstance(node, promql.VectorSelector):
            selected.append(node)

    promql.walk(promql.parse(text), visit)
    return selected


def grouped(text: str) -> set[str]:
    """The labels that it groups by."""
    labels: set[str] = set()

    def visit(node: Any) -> None:
        if isinstance(node, promql.AggregateExpr) and node.modifier:
            labels.update(node.modifier.labels)

    promql.walk(promql.parse(text), visit)
    return labels


def missing(text: str, scrape: Iterable[tuple[str, dict[str, str]]]) -> list[str]:
    """What of its series, labels and the values that it looks for is in no line of the scrape."""
    lines = list(scrape)
    wanting: list[str] = []
    for selector in selectors(text):
        labels = [labels for name, labels in lines if name == selector.name]
        if not labels:
            wanting.append(selector.name)
        for matcher in selector.matchers.matchers:
            wanting += _unmatched(selector.name, matcher, labels)
    known = {label for _, labels in lines for label in labels}
    return wanting + sorted(grouped(text) - known)


def _unmatched(name: str, matcher: Any, labels: list[dict[str, str]]) -> list[str]:
    """The values of a matcher that no line has; of one that excludes, the label that no line has."""
    if matcher.op in (promql.MatchOp.NotEqual, promql.MatchOp.NotRe):
        return [] if any(matcher.name in each for each in labels) else [f"{name}{{{matcher.name}}}"]
    values = matcher.value.split("|")
    there = {each.get(matcher.name) for each in labels}
    return [f'{name}{{{matcher.name}="{value}"}}' for value in values if value not in there]


def filled(text: str) -> bool:
    """Whether no variable of the dashboard is left in it."""
    return not re.search(r"\$\w", text)
