"""All that knows the engine."""
