"""One effect per request: a write that is sent again under its `Idempotency-Key` does nothing twice."""
