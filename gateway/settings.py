"""Everything that can be set: `GATEWAY_*` variables of the environment over a TOML file."""

import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, IPvAnyNetwork, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from gateway.caller_settings import CallerSettings
from gateway.engine_settings import EngineSettings
from gateway.setting_types import File, Length, Levels, Origin, OtherSecret
from queries.periods import duration

PREFIX = "GATEWAY_"
CONFIG = "GATEWAY_CONFIG"
_LISTS = (
    "severities", "trusted_proxies", "cors_origins", "hosts", "auth", "jwt_algorithms", "jwt_audience", "jwt_scopes",
)  # fmt: skip
# Ten, in seconds.
_YEARS = 315_360_000
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class SettingsError(Exception):
    """A setting that cannot be; the message is one sentence for whoever starts the gateway."""


class Settings(CallerSettings, EngineSettings, BaseSettings):
    """The gateway's settings: `GATEWAY_<NAME>` in the environment, or keys of the file that `GATEWAY_CONFIG` names."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    request_timeout: float = Field(
        10, gt=0, le=3600, description="seconds from a request's arrival to its answer; of a stream, for each part"
    )
    requests: int = Field(64, ge=1, le=10_000, description="requests that a process works on at once")
    requests_waiting: int = Field(
        1024, ge=0, description="requests that wait for a place, all tenants together; above it: 503"
    )

    dear_searches: int = Field(
        2, ge=1, le=1000, description="searches of a process at once that ask much of the engine; others wait in turn"
    )

    host: str = Field("127.0.0.1", description="address that serve listens on")
    port: int = Field(8000, ge=0, le=65535, description="port that serve listens on; 0: a free one")
    metrics_port: int | None = Field(
        None, ge=1, le=65535, description="port of /metrics, which is then not on the other; absent: the same port"
    )
    metrics_host: str = Field("127.0.0.1", description="address that serve listens on for metrics")
    workers: int = Field(1, ge=1, le=64, description="processes that serve runs")
    root_path: str = Field(
        "", pattern="^(/[A-Za-z0-9._~-]+)*$", description="path under which a proxy shows the gateway, as `/siem`"
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode] = Field(
        (),
        description="addresses and networks, comma-separated, whose X-Forwarded-For and X-Forwarded-Proto are believed",
    )
    cors_origins: Annotated[tuple[Origin, ...], NoDecode] = Field(
        (), description="origins, comma-separated, whose pages may call, as `https://siem.example.org`; `*`: all"
    )
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="names, comma-separated, that the gateway answers to without keys, besides this machine's own"
    )
    tls_certificate: File | None = Field(None, description="certificate chain (PEM) that serve speaks TLS with")
    tls_key: File | None = Field(None, description="its key (PEM), without a password")

    url_bytes: int = Field(32 * 2**10, ge=1024, le=2**16, description="bytes of a path with its query; above it: 414")
    header_bytes: int = Field(32 * 2**10, ge=1024, le=2**20, description="bytes of all headers; above it: 431")
    headers: int = Field(100, ge=16, le=10_000, description="headers of a request; above it: 431")
    header_timeout: float = Field(20, gt=0, le=3600, description="seconds for the head of a request; after it: 408")
    body_timeout: float = Field(
        30, gt=0, le=3600, description="seconds in which the next part of a body must come; after it: 408"
    )
    answer_timeout: float = Field(
        60, gt=0, le=3600, description="seconds in which a client must take a part of its answer"
    )
    answer_bytes: int = Field(
        256 * 2**20,
        ge=2**20,
        description="bytes of answers that a process holds for slow clients; above it the largest for longest ends",
    )
    idle_timeout: float = Field(
        65,
        gt=0,
        le=3600,
        description="seconds that a connection may wait for its next request; over the balancer's own",
    )
    connections: int | None = Field(
        None, ge=1, description="connections of one process; absent: what its descriptor limit leaves, at most 10,000"
    )
    stop_delay: float = Field(
        0, ge=0, le=3600, description="seconds between SIGTERM, when readiness goes down, and the listener's end"
    )
    stop_grace: float = Field(20, ge=0, le=3600, description="seconds for running requests to finish at a stop")

    secret: str | None = Field(
        None,
        min_length=16,
        description="signs PIT handles and cursors; absent: made once, kept in the registry",
    )
    secret_previous: OtherSecret | None = Field(
        None, description="another, or `registry` for the one kept there, whose handles and cursors are taken too"
    )
    default_tenant: str = Field("default", description="the tenant of a request that names none, with auth none")
    shards: int = Field(1, ge=1, le=100, description="shards of a new tenant's incidents")
    replicas: int | None = Field(
        None,
        ge=0,
        le=9,
        description="copies of a new tenant's shards besides the first; absent: one if there is a node",
    )
    provision: bool = Field(True, description="make a tenant's indices on its first write; false: `key create` does")

    severities: Annotated[Levels, NoDecode] = Field(
        ("critical", "high", "medium", "low", "info"),
        description="levels, most severe first, comma-separated",
    )
    workflows: File | None = Field(None, description='JSON file: {"workflow": {"status": "open|in_progress|closed"}}')
    attack_catalogue: File | None = Field(None, description="ATT&CK catalogue that replaces the shipped one")
    custom_fields: int = Field(500, ge=0, le=5000, description="custom field names a tenant may have")

    flapping_changes: int = Field(4, ge=2, le=100, description="status changes of one alert that are flapping")
    flapping_window: float = Field(3600, gt=0, le=_YEARS, description="seconds within which they must lie")
    reopen_window: float = Field(
        86_400, ge=0, le=_YEARS, description="seconds in which an alert event reopens a closed incident"
    )

    pit_keep_alive: Length = Field(
        "5m", description="how long an unused point in time lives when the request names no time"
    )
    pit_max_keep_alive: Length = Field("1h", description="the longest keep_alive a request may ask for")
    search_window: int = Field(
        10_000, ge=1, le=10_000, description="how deep from + size reach into incidents without a point in time"
    )
    pits: int = Field(100, ge=1, description="points in time a tenant may have open")
    pits_total: int = Field(
        250, ge=1, description="points in time open for all tenants; keep it under the cluster's own limit"
    )
    stats_step: float = Field(
        10, ge=0, le=3600, description="seconds by which `now` steps for statistics without a PIT"
    )
    request_memory: int = Field(
        16 * 2**20,
        ge=0,
        description="bytes of requests, as they were read, that a process keeps in case they come again",
    )
    page_memory: int = Field(
        16 * 2**20,
        ge=0,
        description="bytes of pages, as they were found, that a process keeps in case nothing in them has changed",
    )
    snapshot_memory: int = Field(
        16 * 2**20,
        ge=0,
        description="bytes of answers in points in time that a process keeps in case they are wanted again",
    )

    body_limit: int = Field(4 * 2**20, ge=1024, description="bytes of an ordinary request body")
    body_members: int = Field(
        50_000, ge=1000, description="members of arrays and objects, all together, in an ordinary request body"
    )
    document_bytes: int = Field(2**18, ge=1024, le=2**22, description="bytes of an incident or an aggregation result")
    document_values: int = Field(10_000, ge=100, le=100_000, description="values in one, those within objects too")
    document_names: int = Field(1000, ge=50, le=10_000, description="fields of one")
    field_values: int = Field(1000, ge=10, le=10_000, description="values of one field, or objects in a list")
    alert_bytes: int = Field(2**16, ge=1024, le=2**20, description="bytes of an alert")
    incident_alerts: int = Field(10_000, ge=300, le=100_000, description="alerts of an incident")
    bulk_limit: int = Field(256 * 2**20, ge=1024, description="bytes of a bulk body")
    bulk_slice: int = Field(1000, ge=1, le=10_000, description="changes sent to the engine at once")
    export_page: int = Field(1000, ge=1, le=10_000, description="documents that an export reads at once")

    feed_poll: float = Field(
        0.25, ge=0.02, le=2, description="seconds between looks for changes, for each tenant that somebody listens to"
    )
    feed_heartbeat: float = Field(
        15, gt=0, le=300, description="seconds between signs of life to a listener, at which its key is looked at again"
    )
    feed_listeners: int = Field(2000, ge=1, description="listeners to changes of one process; above it: 429")
    feed_memory: int = Field(
        16 * 2**20, ge=1024, description="bytes of latest changes held for each tenant that somebody listens to"
    )

    lease: float = Field(
        5,
        gt=0,
        le=300,
        description="seconds that a merge, a split or a keyed request is its gateway's own; renewed",
    )
    lease_watch: float = Field(
        1, ge=0, le=300, description="seconds that one must stay unchanged past its lease to be taken over"
    )
    probe_timeout: float = Field(2, gt=0, le=60, description="seconds that /readyz and /metrics wait for the engine")

    audit_log: File | None = Field(
        None, description="file that writes, key operations and refusals are appended to, a line each; absent: none"
    )
    traces: bool = Field(
        False, description="spans of requests and engine calls, sent as OTEL_EXPORTER_OTLP_* say; extra `otel`"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="what is logged")
    log_format: Literal["json", "console"] = Field("json", description="how it is logged")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line over environment over file."""
        file = os.environ.get(CONFIG)
        files = (TomlConfigSettingsSource(settings_cls, Path(file)),) if file else ()
        return (init_settings, env_settings, *files)

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: dict[str, object]) -> dict[str, object]:
        texts = {name: value for name in _LISTS if isinstance(value := values.get(name), str)}
        return values | {name: _listed(text) for name, text in texts.items()}

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if "none" in self.auth and self.host not in _LOOPBACK:
            raise ValueError(f"auth none serves loopback only, not {self.host}; set GATEWAY_AUTH=keys")
        if "" in self.severities or not 1 <= len(set(self.severities)) == len(self.severities) <= 100:
            raise ValueError("severities must be different, non-empty words")
        if self.metrics_port == self.port:
            raise ValueError("PORT and METRICS_PORT are two ports; without METRICS_PORT both are one")
        if duration(self.pit_keep_alive, "") > duration(self.pit_max_keep_alive, ""):
            raise ValueError("PIT_KEEP_ALIVE is over PIT_MAX_KEEP_ALIVE")
        if self.secret_previous == (self.secret or "registry"):
            raise ValueError("SECRET_PREVIOUS is another secret than the one that signs")
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("TLS_CERTIFICATE and TLS_KEY are set together or not at all")
        return self


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",")) if text.strip() else ()
