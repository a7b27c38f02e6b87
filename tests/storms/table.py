"""The storms by their names."""

from collections.abc import AsyncGenerator, Callable, Mapping

from tests.storms.calm import calm
from tests.storms.faulty import faulty
from tests.storms.feed import feed
from tests.storms.filtered import filtered
from tests.storms.hanging import hanging
from tests.storms.hostile import HEAD, hostile
from tests.storms.kills import kills
from tests.storms.loud import loud
from tests.storms.nodes import nodes
from tests.storms.overload import overload
from tests.storms.reindexed import reindexed
from tests.storms.repeats import repeats
from tests.storms.report import Row
from tests.storms.rolling import rolling
from tests.storms.run import Run
from tests.storms.soak import soak
from tests.storms.stopping import stopping
from tests.storms.upgrade import upgrade

Storm = Callable[[Run], AsyncGenerator[Row, None]]

HEADS = {"hostile": HEAD}
"""Of storms whose rows have another head than those of promises."""

STORMS: Mapping[str, Storm] = {
    "calm": calm,
    "kills": kills,
    "overload": overload,
    "repeats": repeats,
    "faulty": faulty,
    "stopping": stopping,
    "rolling": rolling,
    "upgrade": upgrade,
    "reindexed": reindexed,
    "hanging": hanging,
    "loud": loud,
    "nodes": nodes,
    "feed": feed,
    "filtered": filtered,
    "soak": soak,
    "hostile": hostile,
}
