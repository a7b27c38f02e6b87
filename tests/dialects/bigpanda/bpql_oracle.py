"""What an incident has under a name of BPQL, and what a value fits: said over documents, alerts and comments alone."""

import re
from collections.abc import Callable, Iterable, Sequence

from gateway.dialects.bigpanda.extension import own
from gateway.incidents.model import statuses
from tests.dialects.bigpanda.bpql_corpus import Known
from tests.oracle import folded

Judge = Callable[[Known], bool]
Fits = Callable[[str], bool]

OF_ALERTS = ("primary_property", "secondary_property", "incident_key")
OF_BOTH = {"description": "description", "source_system": "source"}
SHOWN: dict[str, Callable[[Known], str]] = {
    "status": lambda known: statuses.status(known.document, own(known.document)),
    "severity": lambda known: statuses.severity(known.document, own(known.document)),
    "active": lambda known: str(known.document["state"] != "closed").lower(),
    "shared": lambda known: str(own(known.document).get("shared", False)).lower(),
}

_Pairs = list[tuple[str, object]]


def some(name: str, fits: Fits) -> Judge:
    """Whether any value under the name fits."""
    return lambda known: any(fits(each) for found in attributes(known, name.lower()) for each in found)


def every(name: str, text: str) -> Judge:
    """Whether all that one thing of the name holds is this text."""
    return lambda known: any(set(found) == {text} for found in attributes(known, name.lower()))


def fits(runs: Sequence[str]) -> Fits:
    """Whether a value is the text whose runs these are, in whatever case, with anything between them."""
    wholes = [
        re.compile(".*".join(re.escape(folded(case(each))) for each in runs), re.DOTALL)
        for case in (str, str.lower, str.upper, str.title)
    ]
    return lambda value: any(whole.fullmatch(folded(value)) for whole in wholes)


def attributes(known: Known, name: str) -> list[list[str]]:
    """The values of each thing that the name may mean."""
    document, marks = known.document, own(known.document)
    match name:
        case "assignee":
            return [[value] for value in document.get("assignee", {}).values()]
        case "comment":
            return [list(known.comments)]
        case "maintenance":
            return [[marks[name]] if name in marks else []]
        case "id" | "incident_id":
            return [[document["hex_id"]]]
        case "description" | "source_system":
            field = OF_BOTH[name]
            return [_under(_of_alerts(known), name) + ([document[field]] if field in document else [])]
        case "primary_property" | "secondary_property" | "incident_key":
            return [_under(_of_alerts(known), name)]
        case _:
            alerts = [] if name.startswith("incident_tag.") else _of_alerts(known)
            return [_under([*alerts, *_of_labels(known)], name.removeprefix("incident_tag."))]


def everything(known: Known) -> list[str]:
    """Every value that a keyword looks at."""
    found = [text for _, value in (*_of_alerts(known), *_of_labels(known)) for text in _texts(value)]
    own = [known.document[name] for name in OF_BOTH.values() if name in known.document]
    return [*found, *own, *known.document.get("tags", []), *known.comments]


def _of_alerts(known: Known) -> _Pairs:
    pairs: _Pairs = []
    for alert in known.alerts:
        marks = own(alert)
        pairs += [(tag["name"], tag["value"]) for tag in alert.get("tags", [])]
        pairs += [(name, marks[name]) for name in OF_ALERTS if name in marks]
        pairs += [(name, alert[field]) for name, field in OF_BOTH.items() if field in alert]
    return pairs


def _of_labels(known: Known) -> _Pairs:
    return [(each["name"], each["value"]) for each in known.document.get("labels", [])]


def _under(pairs: Iterable[tuple[str, object]], name: str) -> list[str]:
    return [text for each, value in pairs if each.lower() == name for text in _texts(value)]


def _texts(value: object) -> list[str]:
    return value if isinstance(value, list) else [str(value)]
