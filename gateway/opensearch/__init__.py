"""The only way to the engine: nobody else imports opensearchpy."""

from gateway.opensearch.replies import NO_REPLY, Json, complete, parsed
from gateway.opensearch.store import OpenSearch

__all__ = ["NO_REPLY", "Json", "OpenSearch", "complete", "parsed"]
