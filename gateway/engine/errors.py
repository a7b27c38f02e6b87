"""Why there is no engine."""


class EngineError(RuntimeError):
    """The embedded engine cannot be had, started or kept; its message says why."""


class PortsTaken(EngineError):
    """Another process took a port between its choice and its use."""
