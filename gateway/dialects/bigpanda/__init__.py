"""BigPanda's incidents API, version 2 (seed 003, specs/dialects.md section 4)."""
