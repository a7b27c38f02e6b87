"""Actian's incidents API (docs/dialects/actian.md)."""
