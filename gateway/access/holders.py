"""Who holds a credential: what a key and a token come to, whichever it was."""

from dataclasses import dataclass

LONGEST_NAME = 256


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a credential is: the only tenant that it reaches, a name, what may be done with it, and how it was known.

    `credential` tells it from every other of its tenant: a key's id, or the user that tokens name.
    """

    tenant: str
    name: str
    scopes: frozenset[str]
    auth: str
    credential: str

    @property
    def said(self) -> str:
        """What a refusal calls it."""
        return f'the key "{self.name}"' if self.auth == "keys" else f'the token of "{self.name}"'
