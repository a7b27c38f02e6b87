"""A real OpenSearch of our own, for demo, development and tests.

It is downloaded by a pinned lock, needs the extra `embedded` and listens on loopback only.
"""

from gateway.engine.errors import EngineError
from gateway.engine.installation import Installation, prepare
from gateway.engine.process import Engine, start

__all__ = ["Engine", "EngineError", "Installation", "prepare", "start"]
