"""Requests as spans, of the trace that the caller's `traceparent` names; needs the extra `otel`."""

from opentelemetry.trace import Span, SpanKind, StatusCode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import logs
from gateway.tracing import PROPAGATOR, TRACER

# What is asked of every gateway every few seconds tells nothing of a request.
_UNTRACED = ("/healthz", "/readyz", "/metrics")


class Traced:
    """Has a span for each request, named by its route; it holds neither what was asked nor what was answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on."""
        if scope["type"] != "http" or scope["path"].endswith(_UNTRACED):
            await self._app(scope, receive, send)
            return
        sent = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        with TRACER.start_as_current_span(
            "request",
            context=PROPAGATOR.extract(sent),
            kind=SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                await self._app(scope, receive, _noting(span, send))
            except Exception as error:
                span.set_attribute("error.type", type(error).__qualname__)
                span.set_status(StatusCode.ERROR)
                raise
            finally:
                _describe(span, scope)


def _noting(span: Span, send: Send) -> Send:
    async def noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            span.set_attribute("http.response.status_code", message["status"])
            if message["status"] >= 500:
                span.set_status(StatusCode.ERROR)
        await send(message)

    return noted


def _describe(span: Span, scope: Scope) -> None:
    """Names the span as OpenTelemetry's conventions have it, and adds what the log says of a request too."""
    route = scope.get("route")
    told = {
        "http.request.method": scope["method"],
        "url.scheme": scope["scheme"],
        "http.route": route and route.path,
        "gateway.dialect": route and route.name.partition(" ")[0],
        "gateway.tenant": scope.get("state", {}).get("tenant"),
        "gateway.request_id": logs.request_id.get(),
    }
    span.update_name(f"{scope['method']} {route.path}" if route else scope["method"])
    span.set_attributes({name: value for name, value in told.items() if value is not None})
