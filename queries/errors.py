"""What is refused before the engine is asked, and where in the caller's own words it stands."""


class QueryError(Exception):
    """A request that cannot be translated; always the caller's to mend (400)."""

    def __init__(self, reason: str, where: str | None = None, kind: str = "bad_request") -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where
        self.kind = kind
