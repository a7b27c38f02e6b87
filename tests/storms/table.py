"""The storms by their names."""

from collections.abc import Awaitable, Callable, Mapping

from tests.storms.calm import calm
from tests.storms.kills import kills
from tests.storms.overload import overload
from tests.storms.report import Row
from tests.storms.run import Run

Storm = Callable[[Run], Awaitable[list[Row]]]

STORMS: Mapping[str, Storm] = {"calm": calm, "kills": kills, "overload": overload}
