"""The only way to the engine: nobody else knows its client, its versions, its refresh or its errors."""

from gateway.store.store import Store

__all__ = ["Store"]
