# The exact version; who builds it pins the digest that their registry has for it: --build-arg BASE=python:...@sha256:...
ARG BASE=python:3.13.9-slim-bookworm

FROM ${BASE} AS dependencies
COPY locks/gateway.txt /locks/
RUN python -m venv --without-pip /opt/dependencies \
    && pip --python /opt/dependencies install --no-cache-dir --no-deps --require-hashes --requirement /locks/gateway.txt

FROM dependencies AS build
COPY locks/build.txt /locks/
RUN pip install --no-cache-dir --no-deps --require-hashes --requirement /locks/build.txt
WORKDIR /source
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY index_templates index_templates
COPY queries queries
COPY gateway gateway
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
    && pip --python /opt/dependencies install --no-cache-dir --no-deps --no-index --target /opt/gateway /wheels/*.whl

FROM ${BASE}
LABEL org.opencontainers.image.title="incident-gateway" \
    org.opencontainers.image.description="An incident search gateway on OpenSearch: five incident APIs over one store" \
    org.opencontainers.image.version="0.2.0" \
    org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --no-create-home --uid 10001 gateway
COPY LICENSE NOTICE /usr/share/doc/incident-gateway/
COPY --from=dependencies /opt/dependencies /opt/dependencies
COPY --from=build /opt/gateway /opt/gateway
ENV PATH=/opt/gateway/bin:/opt/dependencies/bin:$PATH \
    PYTHONPATH=/opt/gateway \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    GATEWAY_HOST=0.0.0.0 \
    GATEWAY_PORT=8000
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "gateway.health"]
CMD ["incident-gateway", "serve"]
