"""Clients of a running gateway, for bodies and answers of any size."""

from gateway.remote.connection import Gateway, RemoteError

__all__ = ["Gateway", "RemoteError"]
