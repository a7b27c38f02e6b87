"""What the names of a query mean, and the query as a criterion. Nothing here talks to a server or reads the clock.

A name that is none of the dialect's own is a tag's: of an alert, or of the incident. Case counts in `===` alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.dialects.bigpanda import tree
from gateway.dialects.bigpanda.bpql import Misplaced
from gateway.dialects.bigpanda.extension import COLUMNS
from gateway.dialects.bigpanda.places import ALERTS, LABELS, Attribute, Place, alert, attributes, others, own
from gateway.dialects.bigpanda.tree import (
    AllOf,
    AnyOf,
    Condition,
    Keyword,
    Leaf,
    Negation,
    Node,
    Regex,
    Text,
    Value,
    leaves,
    values_of,
)
from gateway.dialects.bigpanda.words import WORDS
from gateway.incidents.model.difference import SEPARATOR
from queries.criteria import (
    And,
    Criterion,
    Equals,
    Everything,
    Ids,
    Is,
    Like,
    Matches,
    Not,
    Or,
    Predicate,
    Present,
    Where,
)
from queries.fields import LONG_TEXTS, Column

MOST_CLAUSES, MOST_COMMENTS = 500, 20
"""Of one query: clauses that the engine is given, and conditions that look at comments."""

_NOTES = Column("body.keyword", "text", long_path=f"{LONG_TEXTS}.body")
_LONGEST_REGEX = 2500
"""Characters of a regex, with the name before it; the engine takes more (`index.max_regex_length`)."""
_SPECIAL = re.compile(r"[\\*?]")
_SYMBOLS = re.compile(r"[^\w\s-]")
"""Of a name, what may mean something in a regex of the engine's, where a backslash makes any of it itself."""
_NUMBER = re.compile(r"-?[1-9][0-9]{0,14}|0")
_EASY = 64
_ASSIGNEE_ID, _ASSIGNEE_NUMBER = COLUMNS["assignee.id"], COLUMNS["assignee.numeric_id"]


@dataclass(frozen=True, slots=True)
class Commented:
    """The incidents that some note is about, less those that one of the other notes is about."""

    some: Criterion
    others: Criterion | None = None


_IN_ALERTS = Place(ALERTS, SEPARATOR, any_name=True)
_SEARCHED = (_IN_ALERTS, replace(_IN_ALERTS, column=LABELS), *map(own, ("description", "source", "tags")))


def criterion(root: Node, commented: Mapping[Leaf, Ids]) -> Criterion:
    """What a query asks for, given the incidents of each of its conditions on comments. Raises Misplaced."""
    result = _node(root, commented)
    if size(result) > MOST_CLAUSES:
        raise Misplaced(0, "this query compares too much for one search")
    return result


def comments(root: Node) -> dict[Leaf, Commented]:
    """What notes each of the conditions on comments means, keywords among them. Raises Misplaced."""
    result = {leaf: each for leaf in leaves(root) if (each := _commented(leaf))}
    if len(result) > MOST_COMMENTS:
        at = values_of(list(result)[MOST_COMMENTS])[0].at
        raise Misplaced(at, f"at most {MOST_COMMENTS} conditions of a query may look at comments, as each keyword does")
    return result


def hard_patterns(root: Node) -> list[tuple[Value, Criterion]]:
    """Values whose patterns the engine might find too complex, each with a criterion to try."""
    patterns = [each for leaf in leaves(root) for each in _patterns(leaf)]
    return [(value, _meant(place, value)) for place, value in patterns if _is_hard(value)]


def _patterns(leaf: Leaf) -> list[tuple[Place, Value]]:
    match leaf:
        case Keyword():
            return [(_IN_ALERTS, _part(leaf.text))]
        case Condition():
            return [] if leaf.strong else [(alert(leaf.name), value) for value in leaf.values]


def _is_hard(value: Value) -> bool:
    """Whether more stands behind the first wildcard than the engine surely takes, whatever it is."""
    return isinstance(value, Regex) or sum(len(run) + 1 for run in value.runs[1:]) > _EASY


def _node(node: Node, commented: Mapping[Leaf, Ids]) -> Criterion:
    match node:
        case tree.Everything():
            return Everything()
        case Keyword():
            return _keyword(node.text, commented.get(node))
        case Condition():
            return commented[node] if node.name == "comment" else _condition(node)
        case Negation():
            return Not(_node(node.operand, commented))
        case AllOf():
            return And(tuple(_node(each, commented) for each in node.operands))
        case AnyOf():
            return Or(tuple(_node(each, commented) for each in node.operands))


def _keyword(text: Text, commented: Ids | None) -> Criterion:
    """The incidents that have the text in some value; of no text but wildcards, all."""
    if not any(text.runs):
        return Everything()
    within = _part(text)
    result = [_meant(place, within) for place in _SEARCHED]
    return Or((*result, commented) if commented else tuple(result))


def _part(text: Text) -> Text:
    return Text(("", *text.runs, ""), text.at)


def _commented(leaf: Leaf) -> Commented | None:
    notes = Place(_NOTES)
    match leaf:
        case Keyword():
            return Commented(_meant(notes, _part(leaf.text))) if any(leaf.text.runs) else None
        case Condition(name="comment", strong=True):
            same = Where(_NOTES, Is((_literal(leaf.values[0]),)))
            return Commented(same, Not(same))
        case Condition(name="comment"):
            return Commented(_any([_meant(notes, value) for value in leaf.values]))
        case _:
            return None


def _condition(leaf: Condition) -> Criterion:
    if leaf.name in WORDS:
        return _any([WORDS[leaf.name][word] for word in dict.fromkeys(_words(leaf))])
    numbered = _numbered(leaf) if leaf.name == "assignee" else []
    return _any([*(_attribute(each, leaf) for each in attributes(leaf.name)), *numbered])


def _numbered(leaf: Condition) -> list[Criterion]:
    """The incidents of assignees that only a number is known of, which is shown as their id.

    Of patterns, only the one for all: the engine knows none of numbers.
    """
    texts = [each for each in leaf.values if isinstance(each, Text)]
    numbers = tuple(int(text) for text in map(_literal, texts) if _NUMBER.fullmatch(text))
    anyone = not leaf.strong and any(len(each.runs) > 1 and not any(each.runs) for each in texts)
    predicates: list[Predicate] = [*([Is(numbers)] if numbers else []), *([Present()] if anyone else [])]
    return [And((Not(Where(_ASSIGNEE_ID, Present())), Where(_ASSIGNEE_NUMBER, each))) for each in predicates]


def _words(leaf: Condition) -> Iterator[str]:
    """The words that the values stand for. Raises Misplaced for a regex, and for a value that stands for none."""
    words = WORDS[leaf.name]
    for value in leaf.values:
        if isinstance(value, Regex):
            raise Misplaced(value.at, f"{leaf.name} is compared with a word, not with a regex")
        said = [_literal(value)] if leaf.strong else [each.lower() for each in value.runs]
        result = [each for each in words if _fits(each, said)]
        if not result:
            raise Misplaced(value.at, f"{leaf.name} is one of {', '.join(words)}")
        yield from result


def _fits(word: str, runs: Sequence[str]) -> bool:
    first, *inner = runs
    # Stars side by side are one, or the match could take for ever.
    pattern = [first, *filter(None, inner[:-1]), *inner[-1:]]
    return re.fullmatch(".*".join(map(re.escape, pattern)), word) is not None


def _attribute(places: Attribute, leaf: Condition) -> Criterion:
    if leaf.strong:
        return _in_all(places, _literal(leaf.values[0]))
    return _any([_meant(place, value) for place in places for value in leaf.values])


def _in_all(places: Attribute, text: str) -> Criterion:
    """The incidents that have the text there, and nothing else."""
    same = [Where(each.column, Is((each.prefix + text,))) for each in places]
    beside = tuple(each for place in places for each in others(place, text))
    return And((_any(same), Not(Or(beside))))


def _meant(place: Place, value: Value) -> Criterion:
    """What holds where the value is meant. Raises Misplaced."""
    if isinstance(value, Regex):
        name = _SYMBOLS.sub(r"\\\g<0>", place.prefix)
        pattern = f"{name}({value.pattern})"
        if len(pattern) > _LONGEST_REGEX:
            raise Misplaced(value.at, "name and regex are too long together")
        return Where(place.column, Matches(pattern))
    return Where(place.column, _predicate(place, value.runs))


def _predicate(place: Place, runs: Sequence[str]) -> Predicate:
    if len(runs) == 1:
        return Equals(place.prefix + runs[0])
    within = "*".join(_SPECIAL.sub(r"\\\g<0>", each) for each in (place.prefix + runs[0], *runs[1:]))
    return Like(f"*{within}" if place.any_name else within)


def _literal(value: Value) -> str:
    """The text, its wildcards as the stars they were; a regex is never compared like that."""
    return "*".join(value.runs) if isinstance(value, Text) else value.pattern


def _any(criteria: Sequence[Criterion]) -> Criterion:
    return criteria[0] if len(criteria) == 1 else Or(tuple(criteria))


def size(result: Criterion) -> int:
    """How many clauses the engine is given for a criterion."""
    match result:
        case Not():
            return size(result.operand)
        case And() | Or():
            return sum(map(size, result.operands))
        case _:
            return 1
