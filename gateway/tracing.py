"""OpenTelemetry's part in a gateway that is to tell traces: where spans go, and how a trace is passed on.

Needs the extra `otel`, and is imported only where the setting asks for it: a gateway that tells none pays nothing.
"""

import os
from importlib.metadata import version

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACER = trace.get_tracer("gateway")
# Not the baggage, which is between those who made it.
PROPAGATOR = TraceContextTextMapPropagator()

# A gateway that ends waits as long for who takes its last spans; by OpenTelemetry's own ten seconds it might be killed.
_DEFAULTS = {"OTEL_SERVICE_NAME": "incident-gateway", "OTEL_EXPORTER_OTLP_TIMEOUT": "3"}


def export() -> None:
    """Sends the spans of this process on, to where OpenTelemetry's own variables of the environment say."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    provider = TracerProvider(resource=Resource.create({"service.version": version("incident-gateway")}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
