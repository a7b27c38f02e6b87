"""Statistics over incidents, counted by the engine."""

from collections.abc import Collection
from typing import Any

from gateway.incidents.session import Session
from queries.criteria import Criterion, Everything
from queries.fields import Column
from queries.searches import Search
from queries.stats import values_and_holders


async def aggregated(session: Session, wanted: Criterion, aggregations: dict[str, Any]) -> dict[str, Any]:
    """What the aggregations say of the documents that the criterion holds for; nothing for a tenant without any.

    Who asks the same at the same time shares what the engine answers.
    """
    search = Search(wanted, (), 0, aggregations=aggregations)
    return (await session.ctx.reader.aggregate(session.tenant, search)).aggregations


_AT_ONCE = 25
"""Columns that one search looks into, within its budget."""


async def of_several(session: Session, columns: Collection[Column]) -> set[str]:
    """The paths of those columns of which some document has several different values."""
    several: set[str] = set()
    listed = list(columns)
    for start in range(0, len(listed), _AT_ONCE):
        part = listed[start : start + _AT_ONCE]
        counted = await aggregated(session, Everything(), values_and_holders(part))
        several |= {
            column.path
            for i, column in enumerate(part)
            if counted and counted[f"{i}.values"]["value"] > counted[f"{i}.holders"]["doc_count"]
        }
    return several
