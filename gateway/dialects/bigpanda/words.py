"""What has a word of a few in BPQL: which incidents each word is shown for."""

from collections.abc import Mapping

from gateway.dialects.bigpanda.extension import COLUMNS
from gateway.incidents.model.statuses import STATUSES, canonical, projected, rank
from queries.criteria import And, Criterion, Is, Not, Or, Present, Where
from queries.fields import Column

_SEVERITY, _SAID = COLUMNS["severity"], COLUMNS["ext.bigpanda.severity"]
_STATUS_RANK = Column("status_rank", "whole")
_CLOSED = Where(COLUMNS["state"], Is(("closed",)))
_SHARED = Where(COLUMNS["ext.bigpanda.shared"], Is((True,)))
_LEVELS = ("critical", "high", "medium", "low", "info")
_BEYOND_PROJECTION = tuple(each for each in STATUSES if projected(canonical(each)) != each)
"""Words that no canonical severity is shown as, unless an alert said so."""


def _shown(word: str) -> Criterion:
    """The incidents that show the severity: an alert's own word while it still stands for the canonical one."""
    if word in _BEYOND_PROJECTION:
        return _still_said(word)
    return And((_projected(word), Not(Or(tuple(map(_still_said, _BEYOND_PROJECTION))))))


def _still_said(word: str) -> Criterion:
    held = canonical(word)
    agrees = Where(_SEVERITY, Is((held,))) if held else Not(Where(_SEVERITY, Present()))
    return And((Where(_SAID, Is((word,))), agrees))


def _projected(word: str) -> Criterion:
    if word == projected(None):
        return Not(Where(_SEVERITY, Is(tuple(each for each in _LEVELS if projected(each) != word))))
    return Where(_SEVERITY, Is(tuple(each for each in _LEVELS if projected(each) == word)))


WORDS: Mapping[str, Mapping[str, Criterion]] = {
    "status": {each: Where(_STATUS_RANK, Is((rank(each),))) for each in STATUSES},
    "severity": {each: _shown(each) for each in STATUSES},
    "active": {"true": Not(_CLOSED), "false": _CLOSED},
    "shared": {"true": _SHARED, "false": Not(_SHARED)},
}
"""By name, the criterion of each word that it can have; every incident has one of them."""
