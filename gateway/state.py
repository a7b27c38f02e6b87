"""What the lifespan gives to every request."""

from dataclasses import dataclass
from typing import TypedDict

from gateway.access.keys import Keyring
from gateway.attack.catalogue import Catalogue
from gateway.incidents.session import Context


@dataclass(frozen=True, slots=True)
class Gateway:
    """The parts of a running gateway."""

    ctx: Context
    keyring: Keyring
    attack: Catalogue


class State(TypedDict):
    """The lifespan's state."""

    gateway: Gateway
