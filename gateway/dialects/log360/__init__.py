"""Log360's incident API, v2 (docs/dialects/log360.md)."""
