"""Two hundred incidents from a fixed seed: fields of every kind, each absent somewhere, and the odd values of each."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from queries.periods import iso

Incident = dict[str, Any]
Make = Callable[[Random], Any]

SIZE = 200
LONGEST = 8191

ODD_TEXTS = (
    "", " ", "a", "A", "aB", "AB", "ab ", "0", "true", "null", "*", "?", "\\", "\\*", "a*b", "a?b", "a\\b", "a\\*b",
    "a\\\\", "a\tb", "a\nb", "a\x00b", "a\u001fb", '"a"', "{}", "[a]", "(a OR b)", "a:b", "<b>", "straße", "STRASSE",
    "éclair", "ÉCLAIR", "e\u0301clair", "İi", "日本語", "🚨", "🚨🚨", "x" * 300, "k" * LONGEST,
    "Иванов", "иВАНОВ", "ŁÓDŹ", "łódź", "ΣΊΣΥΦΟΣ", "σίσυφος", "ẞ", "\u0131I", "\u212a", "\u017f", "ﬀ",
    "ǅ", "ǆ", "𐐀", "𐐨", "Ω", "ω",
    "🚨" * (LONGEST // 2),
)  # fmt: skip
LONG_TEXTS = ("o" * (LONGEST + 1), "日" * 9000, "🚨" * LONGEST, "Ж" * 9000 + "\nЖил", f"{'ab*' * 9000}END")
ODD_NUMBERS = (
    *(0, -0.0, 1, -1, 2, 10, 0.1, -0.1, 0.5, 1.5, -7.25, 1e-9, -1e-300, 5e-324, 3.0, 2**31, 2**53 - 1),
    *(1 - 2**53, 2.0**53, -(2.0**53), 2.0**63, 1e15, 1e16, 1.6e308, -1.6e308),
)
ODD_WHOLES = (0, 1, -1, 7, 2**31 - 1, 2**31, -(2**31) - 1, 2**53 - 1, 1 - 2**53)
ODD_TIMES = (
    *("0001-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z", "2024-02-29T12:00:00.000Z"),
    *("2026-11-22T00:00:00.000Z", "2026-11-22T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
)

_WORDS = (
    "disk",
    "Disk",
    "full",
    "login",
    "LOGIN",
    "failed",
    "eu-west",
    "db-1",
    "db-2",
    "*",
    "ärger",
    "Ärger",
    "вход",
    "ВХОД",
)
_FIRST = datetime(2026, 11, 20, tzinfo=UTC)


def incidents() -> list[Incident]:
    """The corpus, as it is sent: the same every time."""
    chance = Random(20261122)
    return [{"_meta": {"id": f"c{number:03}"}, **_fields(chance)} for number in range(SIZE)]


def _fields(chance: Random) -> Incident:
    made = {name: make(chance) for name, make in _MAKERS.items() if chance.random() < 0.5}
    return {"title": _text(chance) or "untitled", **made}


def _text(chance: Random) -> str:
    if chance.random() < 0.4:
        return chance.choice(ODD_TEXTS)
    return " ".join(chance.choices(_WORDS, k=chance.randint(1, 3)))


def _leaf_text(chance: Random) -> str:
    """In an object of any shape the engine takes a text, its path before it, up to 32,766 bytes."""
    text = _text(chance)
    return text if len(text) < LONGEST // 2 else "long"


def _any_text(chance: Random) -> str:
    return chance.choice(LONG_TEXTS) if chance.random() < 0.05 else _text(chance)


def _number(chance: Random) -> float:
    return chance.choice(ODD_NUMBERS) if chance.random() < 0.5 else round(chance.uniform(-100, 100), 2)


def _whole(chance: Random) -> int:
    return chance.choice(ODD_WHOLES) if chance.random() < 0.5 else chance.randint(-20, 20)


def _time(chance: Random) -> str:
    if chance.random() < 0.2:
        return chance.choice(ODD_TIMES)
    return iso(_FIRST + timedelta(milliseconds=chance.randrange(5 * 86_400_000)))


def _boolean(chance: Random) -> bool:
    return chance.random() < 0.5


def _one_of(*words: str) -> Make:
    return lambda chance: chance.choice(words)


def _many(make: Make, most: int = 3) -> Make:
    return lambda chance: [make(chance) for _ in range(chance.randint(0, most))]


def _one_or_many(make: Make) -> Make:
    return lambda chance: make(chance) if chance.random() < 0.5 else _many(make)(chance)


def _object(**makers: Make) -> Make:
    def make(chance: Random) -> Incident:
        names = [name for name in makers if chance.random() < 0.6] or [chance.choice(list(makers))]
        return {name: makers[name](chance) for name in names}

    return make


_MAKERS: dict[str, Make] = {
    "description": _any_text,
    "comment": _any_text,
    "status": _one_of("new", "in_progress", "on_hold", "resolved", "closed"),
    "severity": _one_of("critical", "high", "medium", "low", "info"),
    "priority": _text,
    "category": _one_of("malware", "Malware", "phishing"),
    "reviewer": _text,
    "tags": _many(_text),
    "mitre": _many(_one_of("T1059", "T1059.001", "TA0001")),
    "started_at": _time,
    "due_at": _time,
    "assignee": _object(name=_text, id=_text, numeric_id=_whole),
    "services": _many(_object(name=_text, namespace=_text)),
    "labels": _many(_object(name=_one_of("team", "Team"), value=_one_or_many(_text))),
    "ext": _object(
        v1=_object(recommendation=_text, source_site=_text, metadata=_object(colour=_leaf_text)),
        actian=_object(ticket_id=_whole),
        bigpanda=_object(shared=_boolean),
    ),
    "region": _one_or_many(_text),
    "cost": _number,
    "ports": _many(_number),
    "verified": _boolean,
    "checks": _many(_boolean),
    "details": _object(colour=_leaf_text, aliases=_many(_leaf_text), inner=_object(shade=_leaf_text)),
}
