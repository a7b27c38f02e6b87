"""Alerts: taken in, rolled up into incidents, resolved, moved between them by merge and split."""
