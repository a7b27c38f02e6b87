"""The only way to the engine: nobody else imports opensearchpy."""

from gateway.store.client import OpenSearch
from gateway.store.replies import NO_REPLY, Json, complete, parsed

__all__ = ["NO_REPLY", "Json", "OpenSearch", "complete", "parsed"]
