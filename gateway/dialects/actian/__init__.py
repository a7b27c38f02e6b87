"""Actian's incidents API (seed 004, specs/dialects.md section 5)."""
