"""What every use case needs, and on whose behalf it acts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.incidents.sequences import Sequences
from gateway.incidents.tenants import Tenants
from gateway.incidents.vocabulary import Vocabulary
from gateway.opensearch import OpenSearch

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """This moment, to the millisecond, as every time is stored."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


@dataclass(frozen=True, slots=True)
class Context:
    """The engine, what is known of its tenants, the configured words, and the clock."""

    store: OpenSearch
    tenants: Tenants
    sequences: Sequences
    words: Vocabulary
    clock: Clock = utc_now


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which tenant, through which dialect."""

    tenant: str
    name: str
    dialect: str
