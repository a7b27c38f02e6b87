"""The ATT&CK tactics and techniques by id, and the part of the matrix that given ids cover."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

SHIPPED = Path(__file__).with_name("catalogue.json")
SITE = "https://attack.mitre.org"
LICENCE = (
    "This work is reproduced and distributed with the permission of The MITRE Corporation."
    " The MITRE Corporation (MITRE) hereby grants you a non-exclusive, royalty-free license to use ATT&CK® for"
    " research, development, and commercial purposes. Any copy you make for such purposes is authorized provided"
    " that you reproduce MITRE's copyright designation and this license in any such copy."
)

Decoded = TypeVar("Decoded")


@dataclass(frozen=True, slots=True)
class Tactic:
    """A column of the matrix: what an adversary is after."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique, or a sub-technique when its id has a dot; `tactics` are the ids of its columns."""

    id: str
    name: str
    tactics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One release of one ATT&CK domain: tactics in matrix order, techniques by id."""

    version: str
    domain: str
    notice: str
    tactics: tuple[Tactic, ...]
    techniques: tuple[Technique, ...]


def load(path: Path | None = None) -> Catalogue:
    """The catalogue in the file, by default the shipped one; raises ValueError for a bad file."""
    source = path or SHIPPED
    return checked(decoded(source, Catalogue), source)


def tree(catalogue: Catalogue, ids: Sequence[str]) -> dict[str, object]:
    """The tactics that the ids touch, with only the named techniques and the parents of sub-techniques."""
    given_by_id: dict[str, str] = {}
    for each in ids:
        given_by_id.setdefault(canonical(each), each)
    names = {each.id: each.name for each in _entries(catalogue)}
    named = [each for each in catalogue.techniques if each.id in given_by_id]
    return {
        "attack_version": catalogue.version,
        "tactics": [
            _tactic(names, each.id, under)
            for each in catalogue.tactics
            if (under := _under(each.id, named)) or each.id in given_by_id
        ],
        "unknown": [given for canonical, given in given_by_id.items() if canonical not in names],
    }


def decoded(path: Path, kind: type[Decoded]) -> Decoded:
    """The JSON file as the kind; raises ValueError naming the file and the place in it."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def checked(catalogue: Catalogue, source: Path) -> Catalogue:
    """The catalogue itself; raises ValueError naming the source and the first fault."""
    for fault in _faults(catalogue):
        raise ValueError(f"{source}: {fault}")
    return catalogue


def _entries(catalogue: Catalogue) -> Sequence[Tactic | Technique]:
    return [*catalogue.tactics, *catalogue.techniques]


def canonical(given: str) -> str:
    """The id that a name of a tactic or technique is, such as `attack.t1059`."""
    return given.upper().removeprefix("ATTACK.")


def parent(technique: str) -> str:
    """The technique of a sub-technique, or itself."""
    return technique.partition(".")[0]


def _under(tactic: str, techniques: Sequence[Technique]) -> list[str]:
    return sorted(each.id for each in techniques if tactic in each.tactics)


def _tactic(names: Mapping[str, str], tactic: str, under: Sequence[str]) -> dict[str, object]:
    parents = sorted({parent(each) for each in under})
    return {**_entry(names, tactic), "techniques": [_technique(names, each, under) for each in parents]}


def _technique(names: Mapping[str, str], technique: str, under: Sequence[str]) -> dict[str, object]:
    subs = [each for each in under if each != technique and parent(each) == technique]
    return {**_entry(names, technique), "subtechniques": [_entry(names, each) for each in subs]}


def _entry(names: Mapping[str, str], id_: str) -> dict[str, str]:
    return entry(id_, names[id_])


def entry(id_: str, name: str) -> dict[str, str]:
    """A tactic or technique as it is shown, with where to read of it."""
    folder = "tactics" if id_.startswith("TA") else "techniques"
    return {"id": id_, "name": name, "url": f"{SITE}/{folder}/{id_.replace('.', '/')}"}


def _faults(catalogue: Catalogue) -> Iterator[str]:
    yield from (f"no {each}" for each in Catalogue.__dataclass_fields__ if not getattr(catalogue, each))
    if not re.fullmatch(r"v[0-9]\S*", catalogue.version):
        yield f'"{catalogue.version}" is not an ATT&CK version such as v17.0'
    counts = Counter(each.id for each in _entries(catalogue))
    yield from (f"{id_} stands there {count} times" for id_, count in counts.items() if count > 1)
    yield from (f"{each.id} has no name" for each in _entries(catalogue) if not each.name)
    yield from _tactic_faults(catalogue)
    yield from _technique_faults(catalogue)


def _tactic_faults(catalogue: Catalogue) -> Iterator[str]:
    for each in catalogue.tactics:
        if not re.fullmatch(r"TA[0-9]{4}", each.id):
            yield f'"{each.id}" is not a tactic id'


def _technique_faults(catalogue: Catalogue) -> Iterator[str]:
    tactics = {each.id for each in catalogue.tactics}
    techniques = {each.id for each in catalogue.techniques}
    for each in catalogue.techniques:
        if not re.fullmatch(r"T[0-9]{4}(\.[0-9]{3})?", each.id):
            yield f'"{each.id}" is not a technique id'
        if not each.tactics:
            yield f"{each.id} has no tactic"
        yield from (f"{each.id} has a tactic that is not there: {t}" for t in each.tactics if t not in tactics)
        if parent(each.id) not in techniques:
            yield f"{each.id} stands there without its technique {parent(each.id)}"
