"""What the lifespan gives to every request."""

from dataclasses import dataclass
from typing import TypedDict

from gateway.access.keys import Keyring
from gateway.attack.catalogue import Catalogue
from gateway.incidents.reading.find import Reader
from gateway.incidents.session import Context
from gateway.settings import Settings
from gateway.store.pits import Pits


@dataclass(frozen=True, slots=True)
class Gateway:
    """The parts of a running gateway."""

    settings: Settings
    ctx: Context
    reader: Reader
    pits: Pits
    keyring: Keyring
    attack: Catalogue
    secret: bytes


class State(TypedDict):
    """The lifespan's state."""

    gateway: Gateway
