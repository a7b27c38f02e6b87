FROM python:3.13-slim AS build
WORKDIR /source
RUN python -m venv --without-pip /opt/gateway
COPY pyproject.toml README.md ./
COPY gateway gateway
COPY queries queries
COPY index_templates index_templates
RUN pip --python /opt/gateway install --no-cache-dir .

FROM python:3.13-slim
RUN useradd --system --no-create-home --uid 10001 gateway
COPY --from=build /opt/gateway /opt/gateway
ENV PATH=/opt/gateway/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["incident-gateway", "serve", "--host", "0.0.0.0", "--port", "8000"]
