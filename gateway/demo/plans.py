"""All that happens in the demo, through whichever dialect: the same for the same seed, but for the day it ends on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from gateway.demo.investigations import Investigation, investigations
from gateway.demo.operating import Beat
from gateway.demo.outages import outages
from gateway.demo.quality import quality_stories
from gateway.demo.reliability import Case, cases
from gateway.demo.scanning import reports
from gateway.demo.stories import Story, stories
from gateway.dialects.incidents_v1.requests import ScanReport

PART, MOST_ALERTED = 50, 40
"""One incident in so many is of each other dialect; of those that alerts make, there are at most so many."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The stories that are told natively, those of data among them, and what is sent through other dialects."""

    stories: list[Story]
    cases: list[Case]
    investigations: list[Investigation]
    reports: list[ScanReport]
    outages: list[list[Beat]]


def plan(count: int, times: Sequence[datetime], seed: int) -> Plan:
    """So many incidents over the moments."""
    part, rng = count // PART, Random(f"others of {seed}")
    alerted = min(part, MOST_ALERTED)
    told = stories(count - 3 * part - alerted, times, seed)
    others = quality_stories(rng, part, times)
    return Plan(
        sorted([*told, *others], key=lambda each: each.moment),
        cases(rng, part, times),
        list(investigations(rng, part, times, told)),
        list(reports(rng, times)) if part else [],
        outages(Random(f"outages of {seed}"), alerted, times),
    )
