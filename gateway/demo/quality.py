"""The demo's incidents of data, as a data observability product finds them and Actian's API shows them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from gateway.demo.calendar import moments_of
from gateway.demo.handling import Step
from gateway.demo.stories import Story
from queries.periods import iso

PRODUCT = "data-observability"

_FIRST_NUMBER = 4001


class _Policy(NamedTuple):
    name: str
    type: str
    metric: str
    display: str
    aggregation: str
    tags: tuple[str, ...]
    text: str
    answer: str


_POLICIES = (
    _Policy("Freshness of {asset}", "FRESHNESS", "hours_since_upload", "Hours since upload", "max", ("freshness",),
            "no upload for {value} hours", "the job waited for a lock; started again"),
    _Policy("Rows of {asset}", "ANOMALY", "row_count", "Rows", "sum", ("volume",),
            "{value} % fewer rows than on such a day", "a partition was late, and has come"),
    _Policy("Nulls in {attribute} of {asset}", "RULE", "null_ratio", "Nulls %", "ratio", ("completeness",),
            "{value} % of {attribute} is empty", "the form made the field optional; the rule follows"),
    _Policy("Drift of {attribute} in {asset}", "DRIFT", "distribution_distance", "Distance", "avg", ("drift", "model"),
            "{value} % of {attribute} is new", "a new country, as planned"),
    _Policy("Personal data in {asset}", "RULE", "contains_pii", "PII %", "ratio", ("privacy", "PROD"),
            "{value} % of {attribute} looks like personal data", "column masked"),
)  # fmt: skip
_ASSETS = {
    "CUSTOMER_ORDERS": (1, "SNOWFLAKE", ("EMAIL", "COUNTRY", "ORDER_TOTAL")),
    "PAYMENT_EVENTS": (1, "KAFKA", ("CARD_TYPE", "AMOUNT")),
    "CLICK_STREAM": (2, "GCS", ("USER_AGENT", "REFERRER")),
    "SUPPLIER_PRICES": (3, "S3", ("CURRENCY", "UNIT_PRICE")),
    "CREDIT_FEATURES": (4, "POSTGRESQL", ("INCOME_BAND", "TENURE")),
}
_PROJECTS = {1: "sales-reporting", 2: "web-analytics", 3: "procurement", 4: "credit-model"}
_LEVELS = {"high": 2, "medium": 4, "low": 3}


class _Finding(NamedTuple):
    policy: _Policy
    policy_id: int
    asset: str
    attribute: str
    severity: str


def quality_stories(rng: Random, count: int, times: Sequence[datetime]) -> list[Story]:
    """So many stories over the moments, oldest first."""
    return [_story(rng, times, _FIRST_NUMBER + i, each) for i, each in enumerate(moments_of(rng, count, times))]


def _story(rng: Random, times: Sequence[datetime], number: int, moment: int) -> Story:
    asset, policy_id = rng.choice(list(_ASSETS)), rng.randrange(len(_POLICIES))
    severity = rng.choices(list(_LEVELS), list(_LEVELS.values()))[0]
    found = _Finding(_POLICIES[policy_id], policy_id, asset, rng.choice(_ASSETS[asset][2]), severity)
    uploads = [times[moment] - timedelta(hours=6 * i, minutes=rng.randint(1, 15)) for i in range(rng.randint(1, 3))]
    alerts = [_alert(rng, found, each) for each in reversed(uploads)]
    fields = _fields(rng, found, number, uploads)
    return Story(f"DQ-{number}", moment, fields, alerts, list(_steps(rng, times, moment, found)), None)


def _fields(rng: Random, found: _Finding, number: int, uploads: Sequence[datetime]) -> dict[str, Any]:
    policy, name = found.policy, _named(found)
    return {
        "title": name,
        "description": f"{len(uploads)} of the last uploads of {found.asset} broke the policy.",
        "source": PRODUCT,
        "severity": found.severity,
        "impact": rng.choice(("HIGH", "MEDIUM", "MEDIUM", "LOW")),
        "tags": list(policy.tags),
        "metric_names": [policy.metric],
        "started_at": iso(uploads[-1]),
        "last_seen_at": iso(uploads[0]),
        "ext": {"actian": _own(found, number) | {"alert_policy_name": name}},
    }


def _own(found: _Finding, number: int) -> dict[str, Any]:
    policy = found.policy
    project, connection, _ = _ASSETS[found.asset]
    metric = {
        "metric_name": policy.metric,
        "metric_aggregation": policy.aggregation,
        "display_metric_name": policy.display,
        "segment": "all",
        "rule": policy.type,
        "attribute": found.attribute,
    }
    return {
        "project_id": project,
        "asset_id": _asset_id(found.asset),
        "alert_policy_id": str(found.policy_id + 1),
        "connection_id": f"conn-{connection.lower()}",
        "connection_type": connection,
        "source_name": found.asset,
        "ticket_id": number,
        "metrics": [metric],
    }


def _alert(rng: Random, found: _Finding, uploaded: datetime) -> dict[str, Any]:
    policy, value = found.policy, rng.randint(3, 60)
    project, connection, _ = _ASSETS[found.asset]
    text = policy.text.format(value=value, attribute=found.attribute)
    own = {
        "asset_id": _asset_id(found.asset),
        "violation_name": f"{policy.type}.{rng.getrandbits(40):010x}",
        "metric_time": iso(uploaded),
        "metric_value": value,
        "type": policy.type,
        "attribute": found.attribute,
        "policy_name": _named(found),
        "description": {_level(found): [text]},
        "source_name": found.asset,
        "source_type": connection,
        "project_name": _PROJECTS[project],
        "tags": list(policy.tags),
    }
    common = {"alert_id": f"{rng.getrandbits(96):024x}", "severity": found.severity, "started_at": iso(uploaded)}
    return common | {"description": text, "source": PRODUCT, "ext": {"actian": own}}


def _steps(rng: Random, times: Sequence[datetime], moment: int, found: _Finding) -> Iterator[Step]:
    """Two in three end within days; of those, one in ten comes back."""
    ended = moment + rng.randint(6, 250)
    again = ended + rng.randint(30, 200)
    if ended >= len(times) or rng.random() < 0.15:
        return
    yield Step(ended, {"status": "resolved", "resolution": "fixed", "comment": found.policy.answer})
    if again < len(times) and rng.random() < 0.1:
        yield Step(again, {"status": "in_progress", "comment": "broken again by a later upload"})


def _named(found: _Finding) -> str:
    return found.policy.name.format(asset=found.asset, attribute=found.attribute)


def _level(found: _Finding) -> str:
    return found.severity.upper()


def _asset_id(asset: str) -> str:
    return f"ast-{list(_ASSETS).index(asset) + 1:04d}"
