"""What happens in the demo's company: a detection rule each, with how often, how severe and how it usually ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

_FILE = Path(__file__).with_name("scenarios.json")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A detection rule; title and description name details in braces, `fields` are the details that are kept."""

    rule: str
    weight: int
    title: str
    description: str
    category: str
    type: str
    source: str
    severities: Mapping[str, int]
    mitre: tuple[str, ...]
    tags: tuple[str, ...]
    platforms: tuple[str, ...]
    fields: tuple[str, ...]
    false_positives: float
    cause: str


def scenarios() -> list[Scenario]:
    """Every scenario."""
    return msgspec.json.decode(_FILE.read_bytes(), type=list[Scenario])
