"""The incidents service, version 1 (seed 000)."""
