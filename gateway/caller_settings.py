"""What can be set of callers: how they are known, and how much each may ask for."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, model_validator
from pydantic_settings import NoDecode

from gateway.setting_types import File

Auth = Literal["none", "keys", "jwt"]
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
SCOPES = ("read", "write", "delete", "admin", "act_as")

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _key_set(source: str) -> str:
    """Raises ValueError for what is neither a file nor a URL that nobody can answer in another's place."""
    parts = urlsplit(source)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return source
    if "://" in source:
        raise ValueError("a file or an https URL is wanted here")
    if not Path(source).is_file():
        raise ValueError(f"{source or 'an empty name'} is no file")
    return source


def _mapping(text: str) -> str:
    """Raises ValueError for what is not a provider's word with scopes of ours."""
    word, _, scopes = text.rpartition("=")
    unknown = [each for each in scopes.split() if each not in SCOPES]
    if not word or not scopes.split() or unknown:
        known = ", ".join(SCOPES)
        raise ValueError(f"a word and its scopes are wanted here, as analyst=read write; scopes are {known}")
    return text


class CallerSettings(BaseModel):
    """What can be set of callers."""

    auth: Annotated[tuple[Auth, ...], NoDecode] = Field(
        ("none",),
        min_length=1,
        description="none: loopback only; keys, jwt or both, comma-separated: Authorization: Bearer",
    )
    key_cache: float = Field(
        5, ge=0, le=300, description="seconds that a checked key is trusted; a revoked one ends within it"
    )
    jwt_jwks: Annotated[str, AfterValidator(_key_set)] | None = Field(
        None, description="keys that tokens are signed with (JWKS): a file or an https URL"
    )
    jwt_ca: File | None = Field(None, description="certificate authority of that URL")
    jwt_refresh: float = Field(300, gt=0, le=86_400, description="seconds after which these keys are read again")
    jwt_retry: float = Field(
        30, ge=0, le=3600, description="seconds in which they are read at most once for a token of an unknown key"
    )
    jwt_algorithms: Annotated[tuple[Algorithm, ...], NoDecode] = Field(
        ("RS256",), min_length=1, description="algorithms that tokens may be signed by, comma-separated"
    )
    jwt_issuer: str | None = Field(None, min_length=1, description="`iss` that a token must have")
    jwt_audience: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="values, comma-separated, of which a token's `aud` must have one"
    )
    jwt_leeway: float = Field(30, ge=0, le=300, description="seconds by which the issuer's clock may differ")
    jwt_tenant_claim: str = Field(
        "tenant", min_length=1, description="claim that is the tenant; of one within others the path with dots"
    )
    jwt_user_claim: str = Field("sub", min_length=1, description="claim that is the user")
    jwt_scope_claim: str = Field(
        "scope", min_length=1, description="claim that has the scopes, a text of words or a list"
    )
    jwt_scopes: Annotated[tuple[Annotated[str, AfterValidator(_mapping)], ...], NoDecode] = Field(
        (), description="scopes by the issuer's words, as `analyst=read write,lead=admin`; absent: its words are ours"
    )

    rate_by: Literal["tenant", "key"] = Field(
        "tenant", description="whose requests are counted together: a tenant's, or those of a key or a token's user"
    )
    rate_requests: float | None = Field(
        None,
        gt=0,
        le=1_000_000,
        description="requests a second that a process takes of each; absent: any; above: 429",
    )
    rate_burst: int | None = Field(
        None, ge=1, le=1_000_000, description="requests of each that may come at once; absent: those of a second"
    )
    rate_in_flight: int | None = Field(
        None, ge=1, le=100_000, description="requests of each that a process has under way; absent: any; above it: 429"
    )

    @model_validator(mode="after")
    def _ways_agree(self) -> Self:
        if "none" in self.auth and len(self.auth) > 1:
            raise ValueError("AUTH none stands alone: whoever has no key would need none")
        wanted = {"JWT_JWKS": self.jwt_jwks, "JWT_ISSUER": self.jwt_issuer, "JWT_AUDIENCE": self.jwt_audience}
        missing = next((name for name, value in wanted.items() if not value), None)
        if "jwt" in self.auth and missing:
            raise ValueError(f"AUTH jwt needs {missing}, without which anybody's tokens would be taken")
        unused = min((name for name in self.model_fields_set if name.startswith("jwt_")), default=None)
        if "jwt" not in self.auth and unused:
            raise ValueError(f"{unused.upper()} is of use with AUTH jwt only")
        if self.jwt_ca and not (self.jwt_jwks or "").startswith("https:"):
            raise ValueError("JWT_CA is of use with a JWT_JWKS of https only")
        return self

    @model_validator(mode="after")
    def _rates_agree(self) -> Self:
        if self.rate_burst and not self.rate_requests:
            raise ValueError("RATE_BURST is of use with RATE_REQUESTS only")
        if "rate_by" in self.model_fields_set and not (self.rate_requests or self.rate_in_flight):
            raise ValueError("RATE_BY is of use with RATE_REQUESTS or RATE_IN_FLIGHT only")
        return self
