"""What the lifespan gives to every request."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, TypedDict

from gateway.access.credentials import Credentials
from gateway.attack.catalogue import Catalogue
from gateway.incidents.feed.feeds import Feeds
from gateway.incidents.session import Context
from gateway.work.shared import Shared


@dataclass(frozen=True, slots=True)
class Gateway:
    """The parts of a running gateway; it is `stopping` from when it is told to end to when all is answered."""

    ctx: Context
    credentials: Credentials
    attack: Catalogue
    stopping: asyncio.Event
    feeds: Feeds
    probes: Shared[Any] = field(default_factory=Shared)


class State(TypedDict):
    """The lifespan's state."""

    gateway: Gateway
    stopping: asyncio.Event
