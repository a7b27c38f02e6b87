"""Calls of the engine as spans, whose trace the engine is told by `traceparent`; needs the extra `otel`."""

from collections.abc import Callable

from msgspec.structs import replace
from opentelemetry.trace import SpanKind, StatusCode

from gateway.store.addresses import HostOptions
from gateway.store.errors import outcome
from gateway.store.exchange import EngineReply, EngineRequest, ExchangeError
from gateway.store.hosts import Hosts
from gateway.tracing import PROPAGATOR, TRACER

_FAILED = 500


class TracedHosts(Hosts):
    """The engine's hosts, with a span for each exchange; `api` says which of the engine's APIs a path is of."""

    def __init__(self, options: HostOptions, api: Callable[[str], str]) -> None:
        super().__init__(options)
        self._api = api

    async def exchange(self, request: EngineRequest, deadline: float) -> EngineReply:
        """The reply of a host, as that of untraced ones."""
        api = self._api(request.path.decode().partition("?")[0])
        told = {"db.system.name": "opensearch", "db.operation.name": api, "http.request.method": request.method}
        with TRACER.start_as_current_span(
            f"{request.method} {api}",
            kind=SpanKind.CLIENT,
            attributes=told,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            headers = dict[str, str]()
            PROPAGATOR.inject(headers)
            try:
                reply = await super().exchange(_with(request, headers), deadline)
            except ExchangeError as error:
                span.set_attribute("error.type", outcome(error))
                span.set_status(StatusCode.ERROR)
                raise
            span.set_attribute("http.response.status_code", reply.status)
            if reply.status >= _FAILED:
                span.set_status(StatusCode.ERROR)
            return reply


def _with(request: EngineRequest, headers: dict[str, str]) -> EngineRequest:
    return replace(request, headers=(*request.headers, *headers.items()))
