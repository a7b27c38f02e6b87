"""What is refused before the engine is asked, and where in the caller's own words it stands."""


class QueryError(Exception):
    """A request that cannot be translated; always the caller's to mend (400)."""

    def __init__(self, reason: str, where: str | None = None, kind: str = "bad_request") -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where
        self.kind = kind


class PageTooLarge(QueryError):
    """A page of documents that have too many bytes together; so many of them fit."""

    def __init__(self, count: int, fits: int) -> None:
        reason = f"these {count:,} documents are too large for one page; {fits:,} of them fit"
        super().__init__(reason, "size", "page_too_large")
        self.fits = fits
