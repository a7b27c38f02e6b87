"""The widgets of a request: what the engine is to count for each, and what of it is answered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, assert_never

from gateway.dialects.im.counting import Frame, buckets, countable, shown
from gateway.dialects.im.requests_stats import (
    CardinalityWidget,
    DurationsWidget,
    HistogramWidget,
    ValuesWidget,
    Widget,
    Widgets,
)
from gateway.incidents.reading.search import Aggregated
from gateway.work.turns import Turn
from queries import widgets
from queries.errors import QueryError
from queries.fields import DURATIONS, TYPED_COLUMNS
from queries.intervals import interval
from queries.periods import Span, iso, span
from queries.stats import Aggregations, top, top_of
from queries.widgets import MOST_IN_ALL, MOST_STARTS, Histogram

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is counted for one widget, how many buckets that may be, and what is answered of so many documents.

    Rows of which there may be many are an iterator in the answer, each made when it is wanted.
    Of a histogram whose ends are known, `starts` are the times that its buckets begin at.
    """

    aggregations: Aggregations
    most: int
    answer: Callable[[Aggregations, int], Answer]
    starts: int = 0


def fields(query: Widgets) -> set[str]:
    """The fields that the widgets name."""
    kinds = [each.kind for each in query.widgets.values()]
    named = [getattr(kind, name, None) for kind in kinds for name in ("field", "by")]
    splits = [kind.split.field for kind in kinds if isinstance(kind, HistogramWidget) and kind.split]
    return {name for name in (*named, *splits) if name}


def planned(query: Widgets, frame: Frame) -> dict[str, Plan]:
    """The plan of each widget, by its name. Raises QueryError at the place of what cannot be counted."""
    plans: dict[str, Plan] = {}
    buckets = starts = 0
    for name, widget in query.widgets.items():
        plan = plans[name] = _plan(widget, query, frame, f"widgets.{name}")
        buckets, starts = buckets + plan.most, starts + plan.starts
        # Looked at after each, as the calendar of the next one would be laid out for nothing.
        _require_few(buckets, starts)
    return plans


def _require_few(buckets: int, starts: int) -> None:
    if buckets > MOST_IN_ALL:
        reason = f"these widgets may come to more than {MOST_IN_ALL:,} buckets: fewer values, or bounds of time"
        raise QueryError(reason, "widgets", "refused")
    if starts > MOST_STARTS:
        reason = f"these histograms come to more than {MOST_STARTS:,} times: longer intervals, or a shorter time"
        raise QueryError(reason, "widgets", "refused")


def joined(plans: Mapping[str, Plan]) -> Aggregations:
    """The aggregations of all, each under its widget's position: a caller's name may hold what none of theirs may."""
    rows = enumerate(plans.values())
    return {f"{i}.{part}": each for i, plan in rows for part, each in plan.aggregations.items()}


async def answers(plans: Mapping[str, Plan], aggregated: Aggregated) -> dict[str, Answer]:
    """The answer of each widget, by its name; others go on in between, also between two rows of one."""
    made, turn = dict[str, Answer](), Turn()
    counted = aggregated.aggregations
    await turn.give()
    for i, (name, plan) in enumerate(plans.items()):
        parts = {part: counted[f"{i}.{part}"] for part in plan.aggregations if f"{i}.{part}" in counted}
        answer = plan.answer(parts, aggregated.total)
        made[name] = {key: await _held(value, turn) for key, value in answer.items()}
        await turn.give()
    return made


async def _held(value: Any, turn: Turn) -> Any:
    """The value; of an iterator the list of what it makes."""
    if not isinstance(value, Iterator):
        return value
    rows = list[Any]()
    for row in value:
        rows.append(row)
        if turn.is_over():
            await turn.give()
    return rows


def _plan(widget: Widget, query: Widgets, frame: Frame, where: str) -> Plan:
    match widget.kind:
        case ValuesWidget() as wanted:
            return _values(wanted, frame, f"{where}.values")
        case HistogramWidget() as wanted:
            return _histogram(wanted, query, frame, f"{where}.histogram")
        case CardinalityWidget() as wanted:
            return _cardinality(wanted, frame, f"{where}.cardinality")
        case DurationsWidget() as wanted:
            return _durations(wanted, frame, f"{where}.durations")
        case None:
            raise QueryError("a widget is wanted here", where)
        case kind:
            assert_never(kind)


def _values(wanted: ValuesWidget, frame: Frame, where: str) -> Plan:
    column = countable(wanted.field, frame.columns, f"{where}.field")
    return Plan(top(column, wanted.size), wanted.size, lambda counted, _total: shown(top_of(column, counted)))


def _cardinality(wanted: CardinalityWidget, frame: Frame, where: str) -> Plan:
    column = countable(wanted.field, frame.columns, f"{where}.field")
    if column.long_path:
        reason = "its texts may be of any length, and the engine can tell short ones apart alone: ask for its values"
        raise QueryError(f'"{wanted.field}" cannot be counted so: {reason}', f"{where}.field", "refused")
    empty = {"value": 0}
    counts = {"different": widgets.cardinality(column)}
    return Plan(counts, 0, lambda counted, _total: {"value": counted.get("different", empty)["value"]})


def _histogram(wanted: HistogramWidget, query: Widgets, frame: Frame, where: str) -> Plan:
    cut = interval(wanted.interval, wanted.time_zone, f"{where}.interval", f"{where}.time_zone")
    # What the filters bound is when it started.
    bounds = span(query.start_time, query.end_time, frame.now) if wanted.field == "started_at" else Span()
    split = None
    if wanted.split:
        split = countable(wanted.split.field, frame.columns, f"{where}.split.field"), wanted.split.size
    over = Histogram(TYPED_COLUMNS[wanted.field], cut, split, bounds)

    def answer(counted: Aggregations, _total: int) -> Answer:
        rows = (_bucket(row, over) for row in widgets.buckets(over, counted, where))
        lacking = counted.get("missing", {}).get("doc_count", 0)
        return {"interval": cut.text, "time_zone": cut.zone_name, "buckets": rows, "missing": lacking}

    room = widgets.room(over, where)
    known = room if bounds.gte and bounds.lte else 0
    return Plan(widgets.histogram(over), widgets.most(over, room), answer, known)


def _bucket(bucket: widgets.Bucket, over: Histogram) -> Answer:
    row = {"start": iso(bucket.start), "count": bucket.count}
    return row | {"split": buckets(bucket.split)} if over.split else row


def _durations(wanted: DurationsWidget, frame: Frame, where: str) -> Plan:
    by = None
    if wanted.by is not None:
        by = countable(wanted.by, frame.columns, f"{where}.by"), wanted.size

    def answer(counted: Aggregations, total: int) -> Answer:
        held = counted.get("lengths", {})
        whole = widgets.lengths_of(held)
        result = {"unit": "s", **asdict(whole), "missing": total - whole.count}
        if by is None:
            return result
        rows = [{"value": value, **asdict(each)} for value, each in widgets.lengths_by(by[0], held)]
        return result | {"buckets": rows}

    return Plan({"lengths": widgets.lengths(DURATIONS[wanted.of], by)}, wanted.size if by else 0, answer)
