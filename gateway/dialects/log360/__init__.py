"""Log360's incident API, v2 (seed 002, specs/dialects.md section 3)."""
