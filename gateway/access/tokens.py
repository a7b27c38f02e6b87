"""Tokens of an identity provider (JWT, RFC 7519 and 8725): verified once, remembered until they expire."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt

from gateway.access.holders import LONGEST_NAME, Holder
from gateway.access.key_sets import KeySet, KeySets, reading
from gateway.caller_settings import SCOPES
from gateway.problems import Forbidden, Unauthenticated
from gateway.settings import Settings
from gateway.store.names import NAME

_MOST = 10_000
"""Tokens that are remembered; the oldest is forgotten first."""
_CLAIMS = ("exp", "iss", "aud")
_REASONS: Mapping[type[Exception], str] = {
    jwt.ExpiredSignatureError: "the token has expired",
    jwt.ImmatureSignatureError: "the token does not hold yet",
    jwt.InvalidIssuerError: "the token is of another issuer",
    jwt.InvalidAudienceError: "the token is for somebody else",
    jwt.MissingRequiredClaimError: "the token lacks one of exp, iss and aud",
}
_ODD = (RecursionError, UnicodeError, TypeError, OverflowError)
"""What comes of heads without an end, texts that are none, and times that are lists or infinite."""
_INVALID = "the token is malformed, or no key of its issuer signed it"


@dataclass(frozen=True, slots=True)
class Claims:
    """Which claims say what; `scopes` are ours by the provider's words, and empty where its words are ours.

    A claim is called by its name, or where it stands within others by the path with dots.
    """

    tenant: str
    user: str
    scope: str
    scopes: Mapping[str, Sequence[str]]


class Tokens:
    """Knows the holders of tokens."""

    def __init__(self, settings: Settings) -> None:
        assert settings.jwt_jwks is not None
        read = reading(settings.jwt_jwks, settings.jwt_ca)
        self._sets = KeySets(read, settings.jwt_algorithms, every=settings.jwt_refresh, pause=settings.jwt_retry)
        self._claims = Claims(
            settings.jwt_tenant_claim, settings.jwt_user_claim, settings.jwt_scope_claim, mapped(settings.jwt_scopes)
        )
        self._issuer, self._audience = settings.jwt_issuer, settings.jwt_audience
        self._leeway = settings.jwt_leeway
        self._held: dict[bytes, tuple[float, Holder]] = {}
        self._held_by: KeySet | None = None

    async def holder(self, token: str, now: datetime) -> Holder:
        """Whose the token is. Raises Unauthenticated, Forbidden for one that says too little, Unavailable."""
        self._hold_by(await self._sets.newest())
        digest = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        ends, holder = self._held.get(digest, (0.0, None))
        if holder is None:
            ends, holder = await self._verified(token)
            self._remember(digest, ends, holder)
        if ends <= now.timestamp():
            self._held.pop(digest, None)
            raise Unauthenticated(_REASONS[jwt.ExpiredSignatureError])
        return holder

    async def close(self) -> None:
        """Ends what goes on behind requests."""
        await self._sets.close()

    def _hold_by(self, keys: KeySet) -> None:
        """Forgets what was verified by another set."""
        if keys is not self._held_by:
            self._held.clear()
            self._held_by = keys

    async def _verified(self, token: str) -> tuple[float, Holder]:
        try:
            header = jwt.get_unverified_header(token)
            keys = await self._sets.knowing(header.get("kid"))
            self._hold_by(keys)
            claims = self._decoded(token, header, keys)
        except (jwt.PyJWTError, *_ODD) as error:
            raise Unauthenticated(_REASONS.get(type(error), _INVALID)) from error
        return int(claims["exp"]) + self._leeway, holder_of(claims, self._claims)

    def _decoded(self, token: str, header: Mapping[str, Any], keys: KeySet) -> dict[str, Any]:
        algorithm = str(header.get("alg"))
        key = keys.keys.get((header.get("kid"), algorithm))
        if key is None:
            raise jwt.InvalidKeyError
        return jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            leeway=self._leeway,
            options={"require": list(_CLAIMS), "enforce_minimum_key_length": True},
            issuer=self._issuer,
            audience=self._audience,
        )

    def _remember(self, digest: bytes, ends: float, holder: Holder) -> None:
        if len(self._held) >= _MOST:
            del self._held[next(iter(self._held))]
        self._held[digest] = (ends, holder)


def mapped(pairs: Sequence[str]) -> dict[str, list[str]]:
    """Our scopes by a provider's words, from texts as `analyst=read write`."""
    return {word: scopes.split() for word, _, scopes in (pair.rpartition("=") for pair in pairs)}


def holder_of(claims: Mapping[str, Any], words: Claims) -> Holder:
    """Whom the claims name. Raises Forbidden where they name no tenant, or no user."""
    tenant, user = _claim(claims, words.tenant), _claim(claims, words.user)
    if not isinstance(tenant, str) or not NAME.fullmatch(tenant):
        raise Forbidden(f'the token names no tenant in its claim "{words.tenant}"')
    if not isinstance(user, str) or not 1 <= len(user.strip()) <= LONGEST_NAME:
        raise Forbidden(f'the token names no user in its claim "{words.user}"')
    return Holder(tenant, user.strip(), _scopes(_claim(claims, words.scope), words.scopes), "jwt", user.strip())


def _scopes(said: Any, ours: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Our scopes for a text of words (RFC 8693), or a list of them; words that are for others are let be."""
    listed = said if isinstance(said, list) else []
    spoken = said.split() if isinstance(said, str) else [each for each in listed if isinstance(each, str)]
    known = (ours.get(word, ()) if ours else (word,) for word in spoken)
    return frozenset(each for words in known for each in words).intersection(SCOPES)


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """The claim of that name, or that the path leads to; None if there is none."""
    if path in claims:
        return claims[path]
    value: Any = claims
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
