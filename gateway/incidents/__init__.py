"""The use cases: what can be done with incidents, whichever dialect asks. Nothing here knows HTTP."""
