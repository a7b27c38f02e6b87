"""BigPanda's incidents API, version 2 (docs/dialects/bigpanda.md)."""
