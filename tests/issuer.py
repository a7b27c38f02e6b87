"""An issuer of tokens, for tests that ask as somebody whom it knows."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

ISSUER, AUDIENCE = "https://issuer.example.org/", "incident-gateway"
YEAR = 365 * 86_400
RULES: dict[str, Any] = {
    "auth": "jwt",
    "jwt_issuer": ISSUER,
    "jwt_audience": AUDIENCE,
    "jwt_algorithms": "ES256,RS256,PS256,EdDSA",
    "jwt_retry": 0,
}
"""Settings of a gateway that takes its tokens, but for where its keys are."""
_MAKERS = {
    "EC": lambda: ec.generate_private_key(ec.SECP256R1()),
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
    "OKP": ed25519.Ed25519PrivateKey.generate,
}
_ALGORITHMS = {"EC": "ES256", "RSA": "RS256", "OKP": "EdDSA"}


@dataclass(frozen=True)
class SigningKey:
    """A key that signs, and its public half as a set of keys has it."""

    kid: str | None
    kind: str = "EC"
    secret: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "secret", _MAKERS[self.kind]())

    def public(self, **more: Any) -> dict[str, Any]:
        """The public half."""
        made = jwt.get_algorithm_by_name(_ALGORITHMS[self.kind]).to_jwk(self.secret.public_key(), as_dict=True)
        made.pop("key_ops", None)
        return {**made, **({"kid": self.kid} if self.kid else {}), **more}

    def token(self, algorithm: str | None = None, head: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A token that holds for a year, but for what is said otherwise; a claim of None is left out."""
        now = int(time.time())
        usual = {"iss": ISSUER, "aud": AUDIENCE, "exp": now + YEAR, "iat": now, "sub": "ann", "tenant": "acme"}
        said = {name: value for name, value in {**usual, "scope": "read", **claims}.items() if value is not None}
        headers = {**({"kid": self.kid} if self.kid else {}), **(head or {})}
        return jwt.encode(said, self.secret, algorithm or _ALGORITHMS[self.kind], headers=headers)


def key_set(*keys: dict[str, Any]) -> bytes:
    """A set of keys as it is published."""
    return orjson.dumps({"keys": keys})


def published(file: Path, *keys: SigningKey) -> Path:
    """The file, with these keys as a set."""
    file.write_bytes(key_set(*(key.public() for key in keys)))
    return file


@dataclass
class Publisher:
    """Serves a set of keys over HTTP: what it answers may be changed, and it counts how often it was asked."""

    answer: tuple[int, bytes]
    url: str = ""
    asked: int = 0

    async def reply(self, _request: web.Request) -> web.Response:
        """What it answers just now."""
        self.asked += 1
        return web.Response(status=self.answer[0], body=self.answer[1])


@asynccontextmanager
async def publisher(*keys: SigningKey, **tls: Any) -> AsyncIterator[Publisher]:
    """A publisher of these keys, for as long as the block lasts."""
    running = Publisher((200, key_set(*(key.public() for key in keys))))
    app = web.Application()
    app.router.add_get("/keys", running.reply)
    server = TestServer(app, host="127.0.0.1", scheme="https" if tls else "http")
    await server.start_server(**tls)
    running.url = str(server.make_url("/keys"))
    try:
        yield running
    finally:
        await server.close()
