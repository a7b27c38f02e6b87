"""The incidents service, version 1 (docs/dialects/incidents_v1.md)."""
