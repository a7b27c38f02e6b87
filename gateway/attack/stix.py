"""An official ATT&CK bundle (STIX 2.0 or 2.1; enterprise, mobile or ICS) turned into a catalogue file.

Of a bundle only its release, its matrix, its tactics and its techniques are read; groups, software, mitigations
and their relationships are not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from gateway.attack.catalogue import LICENCE, Catalogue, Tactic, Technique, checked, decoded

# By kill chain, which is also the source of the ATT&CK id: the matrices of early ICS bundles do not name
# their domain.
DOMAINS = {"mitre-attack": "enterprise", "mitre-mobile-attack": "mobile", "mitre-ics-attack": "ics"}

# Field names are STIX's own, because the decoder goes by them.


@dataclass(frozen=True, slots=True)
class Reference:
    """Where an object is known by another id."""

    source_name: str
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """A tactic as a technique names it."""

    kill_chain_name: str
    phase_name: str


@dataclass(frozen=True, slots=True)
class Marking:
    """The copyright designation, when a marking definition is a statement."""

    statement: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """Any object of a bundle, as far as a catalogue needs it."""

    type: str
    id: str
    name: str = ""
    revoked: bool = False
    x_mitre_deprecated: bool = False
    x_mitre_version: str = ""
    x_mitre_shortname: str = ""
    definition: Marking = Marking()
    external_references: tuple[Reference, ...] = ()
    kill_chain_phases: tuple[Phase, ...] = ()
    tactic_refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """A STIX bundle."""

    objects: tuple[Item, ...]


def read(bundle_path: Path, version: str | None = None) -> Catalogue:
    """The catalogue that the bundle holds; raises ValueError naming the bundle and what it lacks.

    STIX 2.0 bundles do not say which release they are: for them `version` is required.
    """
    objects = decoded(bundle_path, Bundle).objects
    live = [each for each in objects if not (each.revoked or each.x_mitre_deprecated)]
    tactics = _tactics(live)
    catalogue = Catalogue(
        version=f"v{(version or _release(live, bundle_path)).removeprefix('v')}",
        domain=_domain(live, bundle_path),
        notice=_notice(live),
        tactics=tuple(Tactic(_attack_id(each), each.name) for each in tactics),
        techniques=tuple(sorted(_techniques(live, tactics), key=lambda each: each.id)),
    )
    return checked(catalogue, bundle_path)


def write(catalogue: Catalogue, path: Path) -> None:
    """Replaces the file by the catalogue at once, one technique per line; raises ValueError when it cannot."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(_text(catalogue), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}") from error


def _text(catalogue: Catalogue) -> str:
    fields = (f'"{key}": {_value(value)}' for key, value in asdict(catalogue).items())
    return "{\n" + ",\n".join(fields) + "\n}\n"


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return "[\n" + ",\n".join(orjson.dumps(each).decode() for each in value) + "\n]"
    return orjson.dumps(value).decode()


def _of(kind: str, items: Sequence[Item]) -> Iterator[Item]:
    return (each for each in items if each.type == kind)


def _attack_id(item: Item) -> str:
    known_as = (each.external_id for each in item.external_references if each.source_name in DOMAINS)
    return next(known_as, item.id)


def _release(live: Sequence[Item], source: Path) -> str:
    releases = sorted({each.x_mitre_version for each in _of("x-mitre-collection", live)} - {""})
    if not releases:
        raise ValueError(f"{source}: no x-mitre-collection tells the ATT&CK version; name it")
    if len(releases) > 1:
        raise ValueError(f"{source}: several x-mitre-collection tell different ATT&CK versions; name one")
    return releases[0]


def _domain(live: Sequence[Item], source: Path) -> str:
    phases = (phase for each in _of("attack-pattern", live) for phase in each.kill_chain_phases)
    domains = sorted({DOMAINS[each.kill_chain_name] for each in phases if each.kill_chain_name in DOMAINS})
    if not domains:
        raise ValueError(f"{source}: no attack-pattern of a known ATT&CK domain")
    if len(domains) > 1:
        raise ValueError(f"{source}: attack-patterns of several ATT&CK domains: {', '.join(domains)}")
    return domains[0]


def _notice(live: Sequence[Item]) -> str:
    statements = dict.fromkeys(each.definition.statement for each in _of("marking-definition", live))
    designation = " ".join(filter(None, statements)) or "© The MITRE Corporation."
    return f"{designation} {LICENCE}"


def _tactics(live: Sequence[Item]) -> list[Item]:
    by_id = {each.id: each for each in _of("x-mitre-tactic", live)}
    columns = dict.fromkeys(ref for each in _of("x-mitre-matrix", live) for ref in each.tactic_refs)
    return [by_id[ref] for ref in columns if ref in by_id]


def _techniques(live: Sequence[Item], tactics: Sequence[Item]) -> Iterator[Technique]:
    for each in _of("attack-pattern", live):
        phases = {phase.phase_name for phase in each.kill_chain_phases if phase.kill_chain_name in DOMAINS}
        columns = tuple(_attack_id(tactic) for tactic in tactics if tactic.x_mitre_shortname in phases)
        yield Technique(_attack_id(each), each.name, columns)
