"""What BigPanda took of deployments before it took changes; senders that are older than those still say it so."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from gateway.dialects.bigpanda.requests import Moment
from gateway.dialects.bigpanda.requests_alerts import as_lower, as_text
from gateway.dialects.bigpanda.requests_writes import AppKey

MOST_HOSTS = 1000


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_OTHERS: list[dict[str, Any]] = [
    *({"type": each} for each in ("number", "boolean", "object")),
    {"type": "array", "items": {}},
]
"""What is kept as its JSON."""
_NAME = {"anyOf": [{"type": "string", "minLength": 1, "maxLength": 120, "pattern": r"\S"}, *_OTHERS]}
_SHORT = {"anyOf": [{"type": "string", "maxLength": 512}, *_OTHERS]}
_HOST = {"type": "string", "minLength": 1, "maxLength": 512}
_HOSTS = {"anyOf": [{"type": "array", "items": _HOST, "minItems": 1, "maxItems": MOST_HOSTS}, _HOST]}
Name = Annotated[
    str, Field(min_length=1, max_length=120, pattern=r"\S"), BeforeValidator(as_text), WithJsonSchema(_NAME)
]
Short = Annotated[str, Field(max_length=512), BeforeValidator(as_text), WithJsonSchema(_SHORT)]
Hosts = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=512)]],
    Field(min_length=1, max_length=MOST_HOSTS, fail_fast=True),
    BeforeValidator(_listed),
]


class Deployment(BaseModel):
    """What both ends of a deployment say. Every key that is not named is kept in the change's metadata."""

    TAGS: ClassVar = ("component", "version", "env", "owner", "source", "source_system")

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    component: Name = Field(description="what is deployed")
    version: Name = Field(description="which version of it")
    hosts: Annotated[Hosts, WithJsonSchema(_HOSTS)] = Field(
        description="where; those of a deployment in progress are added to"
    )
    timestamp: Moment | None = Field(None, description="when it starts, or ends; absent: now")
    description: Annotated[str, Field(max_length=5000)] | None = None
    env: Short | None = None
    owner: Short | None = None
    source: Short | None = None
    source_system: Short | None = None
    app_key: AppKey | None = Field(None, description="the integration, unless the header x-bp-app-key names it")


class DeploymentStart(Deployment):
    """A deployment that starts."""


class DeploymentEnd(Deployment):
    """A deployment that ended."""

    status: Annotated[Literal["success", "failure"], BeforeValidator(as_lower)] = "success"
    error_message: Annotated[str, Field(max_length=5000)] | None = Field(None, alias="errorMessage")
