"""Incidents: the rules that every dialect shares, and what can be done. Nothing here knows HTTP or a vendor."""
