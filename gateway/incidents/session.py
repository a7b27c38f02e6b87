"""What every use case needs, and on whose behalf it acts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.incidents.model.vocabulary import Vocabulary
from gateway.store import OpenSearch
from gateway.store.sequences import Sequences
from gateway.store.tenants import Tenants

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """This moment, to the millisecond, as every time is stored."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


@dataclass(frozen=True, slots=True)
class AlertRules:
    """How many status changes of an alert within which time are flapping, and how long a closed incident reopens."""

    flapping_changes: int = 4
    flapping_window: timedelta = timedelta(hours=1)
    reopen_window: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Context:
    """The engine, what is known of its tenants, the configured words, the clock, and the rules for alerts."""

    store: OpenSearch
    tenants: Tenants
    sequences: Sequences
    words: Vocabulary
    clock: Clock = utc_now
    rules: AlertRules = AlertRules()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which tenant, through which dialect."""

    tenant: str
    name: str
    dialect: str
