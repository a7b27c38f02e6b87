"""What tells a request that is carried out again from one that never was: the marks that its effects bear.

A mark follows from the request and from which of its changes it is. It is the id of an event, written with the change
itself; so whoever carries the request out again after its gateway ended sees what it need not do.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

KIND = "once"
"""The kind of an event that is a mark and nothing else, of a change that tells of nothing under an id of its own."""


@dataclass(slots=True)
class Once:
    """A request that has one effect, whoever carries it out; `again` if another one may have begun it.

    It is `whole` unless a part of it was refused for now, so that its answer is not its last one.
    """

    seed: str
    again: bool = False
    whole: bool = True
    _steps: Counter[str] = field(default_factory=Counter)

    def mark(self, what: str) -> str:
        """The mark of one of its changes, by a name that it alone has in the request."""
        return f"once-{self.digest(what)[:32]}"

    def next_mark(self, document_id: str) -> str:
        """The mark of its next change of the document."""
        self._steps[document_id] += 1
        return self.mark(f"{document_id}\0{self._steps[document_id]}")

    def digest(self, what: str) -> str:
        """64 hex digits that are the same whenever it is carried out, and no other request's."""
        return hashlib.sha256(f"{self.seed}\0{what}".encode()).hexdigest()
