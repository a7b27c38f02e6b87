"""What holds for every incident of this gateway: its words, its fields, and when alerts flap or reopen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from gateway.incidents.model.sizes import Limits
from gateway.incidents.model.vocabulary import Vocabulary
from queries.extensions import Extension
from queries.fields import Catalogue, Field, catalogue

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rules:
    """The configured words, the fields of every dialect, and the times of alerting.

    `alerting` is the extension that holds what alerts make of an incident, and where it was merged into; `raw_status`
    and `feeding` are the fields that hold a caller's own word for the status, and those that bring names along. Of what
    alerts hold, `alert_fields` are the typed ones, and `free` the extensions that hold anything. `limits` are of
    every document.
    """

    words: Vocabulary
    fields: Catalogue = field(default_factory=catalogue)
    alerting: str = ""
    flapping_changes: int = 4
    flapping_window: timedelta = timedelta(hours=1)
    reopen_window: timedelta = timedelta(hours=24)
    raw_status: frozenset[str] = frozenset()
    feeding: tuple[tuple[str, str, str], ...] = ()
    alert_fields: Mapping[str, Field] = field(default_factory=dict)
    free: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)

    def marks(self, document: Mapping[str, Any]) -> Document:
        """What alerting keeps with an incident or an alert."""
        result: Document = document.get("ext", {}).get(self.alerting, {})
        return result

    def mark(self, name: str) -> str:
        """The path of one of these marks."""
        return f"ext.{self.alerting}.{name}"

    def marked(self, **marks: Any) -> Document:
        """The fields that set marks, to be merged into a document; None takes one away."""
        return {"ext": {self.alerting: marks}}


def rules(words: Vocabulary, extensions: Iterable[Extension], **times: Any) -> Rules:
    """The rules for these words and the extensions of these APIs; one of them keeps alerting's marks."""
    extra = tuple(extensions)
    fields = catalogue(row for extension in extra for row in extension.fields)
    alerting = next((extension.name for extension in extra if extension.keeps_alerting), "")
    feeding = tuple((row.name, *row.feeds) for row in fields.fields.values() if row.feeds)
    free = frozenset(extension.name for extension in extra if extension.alert_fields is None)
    typed = {row.name: row for extension in extra for row in extension.alert_fields or ()}
    raw = fields.raw_of("status")
    return Rules(words, fields, alerting, raw_status=raw, feeding=feeding, alert_fields=typed, free=free, **times)


def at(document: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; None where there is none."""
    result: Any = document
    for name in path.split("."):
        result = result.get(name) if isinstance(result, dict) else None
    return result
