"""Actian's filters as criteria. Nothing here talks to a server or reads the clock."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gateway.dialects.actian.extension import COLUMNS
from gateway.dialects.actian.requests import AlertFilters, Filters
from gateway.dialects.actian.words import impact_is, severity_is
from queries.criteria import And, Between, Criterion, Is, Like, Not, Or, Present, Value, Where
from queries.errors import QueryError
from queries.fields import Column
from queries.kinds import ALERTS, INCIDENTS
from queries.periods import EPOCH, Span, instant, is_math, iso

ALERT_ID = Column("alert_id", "keyword")
NEWEST_FIRST: tuple[dict[str, Any], ...] = ({"created_at": {"order": "desc"}}, {"numeric_id": {"order": "desc"}})

_POLICY_NAME, _SOURCE_NAME = (COLUMNS[f"ext.actian.{name}"] for name in ("alert_policy_name", "source_name"))
_ASSET_ID = COLUMNS["ext.actian.asset_id"]
_ALERT_ASSET_ID, _ALERT_SOURCE = Column("ext.actian.asset_id", "keyword"), Column("ext.actian.source", "keyword")
_VIOLATION_NAME = Column("ext.actian.violation_name", "keyword")
_UPLOADED = tuple(Column(name, "date") for name in ("ext.actian.metric_time", "started_at", "created_at"))
_SPECIAL = re.compile(r"[\\*?]")


def wanted(filters: Filters) -> Criterion:
    """The incidents that pass every filter. Raises QueryError for what is no time, and a start after the end."""
    return And((passing(filters), *created_in(period(filters))))


def passing(filters: Filters) -> Criterion:
    """The incidents that pass every filter but the time range."""
    chosen: dict[str, Sequence[Value]] = {
        "project_id": filters.project_ids,
        "connection_type": filters.connection_types,
        "alert_policy_id": filters.alert_policy_ids,
        "connection_id": filters.connection_ids,
    }
    own = [Where(COLUMNS[f"ext.actian.{name}"], Is(tuple(values))) for name, values in chosen.items() if values]
    severities = [severity_is(filters.severities)] if filters.severities else []
    impacts = [impact_is(filters.impacts)] if filters.impacts else []
    texts = [_named(filters.text_to_search)] if filters.text_to_search else []
    return And((INCIDENTS, *own, *severities, *impacts, *texts))


def period(filters: Filters) -> Span:
    """The time range, both ends in it. Raises QueryError for what is no time, and a start after the end."""
    start = None if filters.from_time is None else moment(filters.from_time, "from_time")
    end = None if filters.to_time is None else moment(filters.to_time, "to_time", round_up=True)
    if start is not None and end is not None and start > end:
        raise QueryError(f"{iso(start)} is after to_time, {iso(end)}", "from_time")
    return Span(start, end)


def moment(text: str, where: str, *, round_up: bool = False) -> datetime:
    """The instant that ISO 8601 text names. Raises QueryError for any other text."""
    refusal = QueryError("a time is wanted here, in ISO 8601", where)
    if is_math(text) or text.isdecimal():
        raise refusal
    try:
        return instant(text, EPOCH, round_up=round_up, where=where)
    except QueryError:
        raise refusal from None


def created_in(span: Span) -> list[Criterion]:
    """What an open range asks of the creation time: nothing."""
    return [within("created_at", span)] if span.gte or span.lte else []


def within(name: str, span: Span) -> Criterion:
    """The incidents whose time of that name lies in the range."""
    first, last = (None if each is None else iso(each) for each in (span.gte, span.lte))
    return Where(COLUMNS[name], Between(gte=first, lte=last))


def of_assets(sources: Sequence[str]) -> Criterion:
    """The incidents of these assets."""
    return And((INCIDENTS, Where(_ASSET_ID, Is(tuple(sources)))))


def alerts(filters: AlertFilters, incident_ids: Sequence[str]) -> Criterion:
    """The alerts that pass every list; `incident_ids` are the incidents of the sources. Raises QueryError."""
    sources = [_from(filters.sources, incident_ids)] if filters.sources else []
    dates = [iso(moment(text, f"upload_dates[{i}]")) for i, text in enumerate(filters.upload_dates)]
    uploaded = [_first_present(_UPLOADED, tuple(dates))] if dates else []
    names = tuple(filters.violation_names)
    violations = [_first_present((_VIOLATION_NAME, ALERT_ID), names)] if names else []
    return And((ALERTS, *sources, *uploaded, *violations))


def _named(text: str) -> Criterion:
    """The incidents that show the text in their policy's name, or have it in their source's."""
    titled = And((Not(Where(_POLICY_NAME, Present())), _has(COLUMNS["title"], text)))
    return Or((_has(_POLICY_NAME, text), titled, _has(_SOURCE_NAME, text)))


def _has(column: Column, text: str) -> Criterion:
    """The text is part of the column's."""
    return Where(column, Like("*" + _SPECIAL.sub(r"\\\g<0>", text) + "*"))


def _from(sources: Sequence[str], incident_ids: Sequence[str]) -> Criterion:
    """The alerts of these assets or sources; one that names no asset is of its incident's."""
    values = Is(tuple(sources))
    direct = [Where(each, values) for each in (_ALERT_ASSET_ID, _ALERT_SOURCE, Column("source", "keyword"))]
    if not incident_ids:
        return Or(tuple(direct))
    attached = Where(Column("incident_id", "keyword"), Is(tuple(incident_ids)))
    return Or((*direct, And((Not(Where(_ALERT_ASSET_ID, Present())), attached))))


def _first_present(columns: Sequence[Column], values: tuple[str, ...]) -> Criterion:
    """One of the values is in the first of the columns that has any."""
    column, *others = columns
    result = Where(column, Is(values))
    if not others:
        return result
    return Or((result, And((Not(Where(column, Present())), _first_present(others, values)))))
