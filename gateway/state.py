"""What the lifespan gives to every request."""

from dataclasses import dataclass
from typing import TypedDict

from gateway.attack.catalogue import Catalogue
from gateway.incidents.context import Context
from gateway.incidents.pits import Pits
from gateway.incidents.reading import Reader
from gateway.keys import Keyring
from gateway.settings import Settings


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
