"""The whole matrix with how many documents name each part of it, and the same as a layer of the ATT&CK Navigator."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.attack.catalogue import Catalogue, Tactic, Technique, canonical, entry, parent

Row = dict[str, Any]
Spelled = Mapping[str, Sequence[str]]

NAVIGATOR, LAYER = "5.1.0", "4.5"
"""The Navigator's version that a layer is made for, and the version of the format of layers."""

_COLOURS = ("#ffe5d9", "#b3001b")
_MOST_UNKNOWN = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """Documents by what they name, as they spell it; documents by id, for what is counted by several spellings.

    `others` is how many more namings there are that are not listed.
    """

    spelled: Mapping[str, int]
    by_id: Mapping[str, int] = field(default_factory=dict)
    others: int = 0


def spellings(named: Iterable[str]) -> Spelled:
    """What documents name, by the id that it is."""
    result: dict[str, list[str]] = {}
    for each in named:
        result.setdefault(canonical(each), []).append(each)
    return result


def together(catalogue: Catalogue, spelled: Spelled) -> Spelled:
    """What has to be counted as one, as a document may name several of it: spellings of an id, and a tactic's parts."""
    same = {id_: names for id_, names in spelled.items() if len(names) > 1}
    for tactic in catalogue.tactics:
        parts = [tactic.id, *(each.id for each in catalogue.techniques if tactic.id in each.tactics)]
        names = [name for id_ in parts for name in spelled.get(id_, ())]
        if names:
            same[tactic.id] = names
    return same


def matrix(catalogue: Catalogue, counts: Counts) -> Row:
    """Every tactic with its techniques and their sub-techniques, in matrix order, each with its count.

    A technique's is of the documents that name it itself; a tactic's of those that name it or any of its parts.
    """
    by_id = _by_id(counts)
    unknown = _unknown(catalogue, counts, by_id)
    return {
        "attack_version": catalogue.version,
        "tactics": [_tactic(catalogue, each, by_id) for each in catalogue.tactics],
        "unknown": unknown[:_MOST_UNKNOWN],
        "others": counts.others + sum(row["count"] for row in unknown[_MOST_UNKNOWN:]),
    }


def _unknown(catalogue: Catalogue, counts: Counts, by_id: Mapping[str, int]) -> list[Row]:
    """What the catalogue has not, as it is mostly spelled."""
    known = {*(each.id for each in catalogue.tactics), *(each.id for each in catalogue.techniques)}
    spelled = spellings(counts.spelled)
    return [{"id": spelled[id_][0], "count": count} for id_, count in by_id.items() if id_ not in known]


def _tactic(catalogue: Catalogue, tactic: Tactic, by_id: Mapping[str, int]) -> Row:
    count = by_id.get(tactic.id, 0)
    return {**entry(tactic.id, tactic.name), "count": count, "techniques": _under(catalogue, tactic.id, by_id)}


def layer(catalogue: Catalogue, counts: Counts, total: int) -> Row:
    """A layer in which each technique and sub-technique that is named has its count as its score."""
    by_id = _by_id(counts)
    scores = {each.id: by_id[each.id] for each in catalogue.techniques if by_id.get(each.id)}
    parents = {parent(id_) for id_ in scores if id_ != parent(id_)}
    shown = [each.id for each in catalogue.techniques if each.id in scores or each.id in parents]
    return {
        "name": "Incidents by technique",
        "versions": {"attack": _release(catalogue), "navigator": NAVIGATOR, "layer": LAYER},
        "domain": f"{catalogue.domain}-attack",
        "description": f"{total:,} documents; the score of a technique is how many name it",
        "sorting": 3,
        "techniques": [_scored(id_, scores, parents) for id_ in shown],
        "gradient": {"colors": list(_COLOURS), "minValue": 0, "maxValue": max(scores.values(), default=1)},
    }


def _by_id(counts: Counts) -> dict[str, int]:
    """The counts by id, most first."""
    sums = {id_: sum(counts.spelled[name] for name in names) for id_, names in spellings(counts.spelled).items()}
    return {**sums, **counts.by_id}


def _under(catalogue: Catalogue, tactic: str, by_id: Mapping[str, int]) -> list[Row]:
    inside = [each for each in catalogue.techniques if tactic in each.tactics]
    parents = {parent(each.id) for each in inside}
    return [
        _row(each, by_id) | {"subtechniques": [_row(sub, by_id) for sub in inside if _is_under(sub.id, each.id)]}
        for each in catalogue.techniques
        if each.id in parents
    ]


def _is_under(sub: str, technique: str) -> bool:
    return sub != technique and parent(sub) == technique


def _row(technique: Technique, by_id: Mapping[str, int]) -> Row:
    return {**entry(technique.id, technique.name), "count": by_id.get(technique.id, 0)}


def _scored(id_: str, scores: Mapping[str, int], parents: Iterable[str]) -> Row:
    score = {"score": scores[id_]} if id_ in scores else {}
    return {"techniqueID": id_, **score, **({"showSubtechniques": True} if id_ in parents else {})}


def _release(catalogue: Catalogue) -> str:
    """The release as layers say it: its number alone."""
    return catalogue.version.removeprefix("v").partition(".")[0]
