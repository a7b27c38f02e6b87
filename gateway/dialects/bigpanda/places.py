"""Where the values stand that a name means."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.dialects.bigpanda.extension import COLUMNS
from gateway.incidents.model.difference import SEPARATOR
from queries.criteria import Between, Criterion, Where
from queries.fields import Column

ALERTS, LABELS = Column("alert_pairs", "keyword"), Column("label_pairs", "keyword")

_INCIDENT_TAG = "incident_tag."
_BEHIND_SEPARATOR = chr(ord(SEPARATOR) + 1)


@dataclass(frozen=True, slots=True)
class Place:
    """A column, and what stands in it before each value that is meant: of a column of pairs, the name.

    With `any_name` it is all of the names.
    """

    column: Column
    prefix: str = ""
    any_name: bool = False


Attribute = tuple[Place, ...]
"""Where the values of one thing stand, wherever an incident comes from."""


def alert(name: str) -> Place:
    """What stands under the name in an alert."""
    return Place(ALERTS, name + SEPARATOR)


def own(name: str) -> Place:
    """The incident's own field of that name."""
    return Place(COLUMNS[name])


_ATTRIBUTES: Mapping[str, tuple[Attribute, ...]] = {
    "maintenance": ((own("ext.bigpanda.maintenance"),),),
    "assignee": ((own("assignee.name"),), (own("assignee.id"),), (own("assignee.email"),)),
    "id": ((own("hex_id"),),),
    "incident_id": ((own("hex_id"),),),
    "description": ((alert("description"), own("description")),),
    "source_system": ((alert("source_system"), own("source")),),
    "incident_key": ((alert("incident_key"),),),
    "primary_property": ((alert("primary_property"),),),
    "secondary_property": ((alert("secondary_property"),),),
}


def attributes(name: str) -> tuple[Attribute, ...]:
    """What the name stands for, any of which may be meant; a name that is not the dialect's own is a tag's."""
    if name in _ATTRIBUTES:
        return _ATTRIBUTES[name]
    tag = name.removeprefix(_INCIDENT_TAG)
    label = Place(LABELS, tag + SEPARATOR)
    return ((alert(tag), label) if tag == name else (label,),)


def others(place: Place, text: str) -> tuple[Criterion, Criterion]:
    """What stands there beside the text: all that sorts before it, and all that sorts behind, within its name."""
    here, prefix = place.prefix + text, place.prefix
    end = prefix.replace(SEPARATOR, _BEHIND_SEPARATOR) or None
    return (
        Where(place.column, Between(gte=prefix or None, lt=here)),
        Where(place.column, Between(gt=here, lt=end)),
    )
