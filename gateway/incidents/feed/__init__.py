"""The change feed: what happened to a tenant's incidents, told once each and in order to whoever listens."""
