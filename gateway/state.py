"""What the lifespan gives to every request."""

import asyncio
from dataclasses import dataclass
from typing import TypedDict

from gateway.access.credentials import Credentials
from gateway.attack.catalogue import Catalogue
from gateway.incidents.feed.feeds import Feeds
from gateway.incidents.session import Context


@dataclass(frozen=True, slots=True)
class Gateway:
    """The parts of a running gateway; it is `stopping` from when it is told to end to when all is answered."""

    ctx: Context
    credentials: Credentials
    attack: Catalogue
    stopping: asyncio.Event
    feeds: Feeds


class State(TypedDict):
    """The lifespan's state."""

    gateway: Gateway
    stopping: asyncio.Event
