"""What there is of each write in the incidents, and whether what they tell of themselves adds up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.storms.holdings import Incident
from tests.storms.ledger import Write, number_of, texts_in

CHAINED = ("mark", "description", "comment", "assignee")
"""The fields that the writes of a ledger change."""


@dataclass(slots=True)
class Effects:
    """How often each text is met: in titles, in accounts of changes, in notes and in alerts."""

    made: Counter[str] = field(default_factory=Counter)
    accounts: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    alerts: Counter[str] = field(default_factory=Counter)
    met: set[str] = field(default_factory=set)
    """All that stand anywhere, in a value of before, too."""

    def of(self, write: Write) -> int:
        """How often a write has been done."""
        counted = {"create": self.made, "change": self.accounts, "note": self.notes, "alert": self.alerts}
        return counted[write.kind][write.text]


def effects(incidents: Iterable[Incident]) -> Effects:
    """All that incidents tell of writes."""
    seen = Effects()
    for each in incidents:
        seen.met |= texts_in(each)
        seen.made.update(texts_in(each.document["title"]))
        for activity in each.activities:
            became = [change["to"] for change in activity["changes"] if change["field"] in CHAINED]
            seen.accounts.update(texts_in([became, activity["params"]]))
        for note in each.notes:
            seen.notes.update(texts_in(note["body"]))
        for alert in each.alerts:
            seen.alerts.update(texts_in(alert["alert_id"]))
    return seen


def broken_links(incident: Incident) -> list[str]:
    """The fields whose history does not lead, change by change, from what was to what is."""
    return [name for name in CHAINED if not _adds_up(incident, name)]


def _adds_up(incident: Incident, name: str) -> bool:
    changes = [each for activity in incident.activities for each in activity["changes"] if each["field"] == name]
    became = Counter(text for change in changes for text in texts_in(change["to"]))
    left = Counter(text for change in changes for text in texts_in(change["from"]))
    return became == left + Counter(texts_in(incident.document.get(name)))


def is_miscounted(incident: Incident) -> bool:
    """Whether it says another number of notes or alerts than there are."""
    said = (incident.document["note_count"], incident.document["alert_count"])
    return said != (len(incident.notes), len(incident.alerts))


def births(incident: Incident) -> int:
    """How often it was made, by its history."""
    return sum(activity["type"] == "created" for activity in incident.activities)


def shared_alerts(incidents: Iterable[Incident]) -> int:
    """How many alerts are in more than one incident."""
    homes = Counter(alert["alert_id"] for each in incidents for alert in each.alerts)
    return sum(count > 1 for count in homes.values())


def older(incidents: Iterable[Incident], writes: Sequence[Write]) -> int:
    """How many incidents have in a field what was there before the last value that was acknowledged."""
    last = _last_values(writes)
    return sum(
        any(_is_before(each, write) for write in last.get(text, {}).values())
        for each in incidents
        for text in texts_in(each.document["title"])
    )


def _is_before(incident: Incident, write: Write) -> bool:
    return max(map(number_of, texts_in(incident.document.get(write.field))), default=-1) < write.number


def _last_values(writes: Iterable[Write]) -> dict[str, dict[str, Write]]:
    """By incident and field, the last write, where nobody has to doubt which it was."""
    last: dict[str, dict[str, Write]] = {}
    for write in writes:
        fields = last.setdefault(write.subject.text, {})
        if write.contested or (write.unsure and not write.done):
            fields.pop(write.field, None)
        elif write.done and write.kind in {"change", "note"}:
            fields[write.field] = write
    return last
