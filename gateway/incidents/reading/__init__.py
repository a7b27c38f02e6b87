"""Finding, counting and following incidents and what hangs on them."""
