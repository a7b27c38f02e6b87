"""OpenTelemetry's part in a gateway that is to tell traces: where spans go, and how a trace is passed on.

Needs the extra `otel`, and is imported only where the setting asks for it: a gateway that tells none pays nothing.
"""

import os

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACER = trace.get_tracer("gateway")
# Not the baggage, which is between those who made it.
PROPAGATOR = TraceContextTextMapPropagator()


def export() -> None:
    """Sends the spans of this process on, to where OpenTelemetry's own variables of the environment say."""
    os.environ.setdefault("OTEL_SERVICE_NAME", "incident-gateway")
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
