"""What the lifespan gives to every request."""

import asyncio
from dataclasses import dataclass, field
from typing import TypedDict

from gateway.attack.catalogue import Catalogue
from gateway.incidents.context import Context
from gateway.incidents.pits import Pits
from gateway.incidents.reading import Reader
from gateway.keys import Keyring
from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Gateway:
    """The parts of a running gateway; it is `stopping` from when it is told to end to when all is answered."""

    settings: Settings
    ctx: Context
    reader: Reader
    pits: Pits
    keyring: Keyring
    attack: Catalogue
    secret: bytes
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


class State(TypedDict):
    """The lifespan's state."""

    gateway: Gateway
    stopping: asyncio.Event
