"""Tokens of an issuer: which hold, whose they are, and how long one that was verified is remembered."""

import base64
import hmac
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.access.holders import Holder
from gateway.access.tokens import Tokens
from gateway.problems import Forbidden, GatewayError, Unauthenticated, Unavailable
from gateway.sources import load
from tests.issuer import AUDIENCE, ISSUER, RULES, YEAR, SigningKey, key_set, published

pytestmark = [pytest.mark.anyio, pytest.mark.outside]

CURVE, RSA, ED, STRANGER = SigningKey("curve"), SigningKey("rsa", "RSA"), SigningKey("ed", "OKP"), SigningKey("curve")
NOW = time.time()
ANN = Holder("acme", "ann", frozenset({"read"}), "jwt", "ann")
HS256 = b'{"alg":"HS256","kid":"rsa"}'
INVALID = "the token is malformed, or no key of its issuer signed it"
LACKS = "the token lacks one of exp, iss and aud"

Known = Callable[..., Awaitable[Holder | tuple[int, str]]]


@pytest.fixture
async def known(tmp_path: Path) -> AsyncIterator[Known]:
    """Whose a token is, or how it is refused, by gateways that have the keys."""
    file = published(tmp_path / "keys.json", CURVE, RSA, ED)
    async with AsyncExitStack() as stack:

        async def ask(token: str, **settings: Any) -> Holder | tuple[int, str]:
            tokens = Tokens(load(jwt_jwks=str(file), **{**RULES, **settings}))
            stack.push_async_callback(tokens.close)
            return await asked(tokens, token)

        yield ask


async def asked(tokens: Tokens, token: str, now: datetime | None = None) -> Holder | tuple[int, str]:
    try:
        return await tokens.holder(token, now or datetime.now(UTC))
    except GatewayError as error:
        return error.status, error.reason


@pytest.mark.parametrize(
    ("token", "settings"),
    [
        pytest.param(CURVE.token(), {}, id="a curve"),
        pytest.param(RSA.token(), {}, id="RSA"),
        pytest.param(RSA.token("PS256"), {}, id="the other way of RSA"),
        pytest.param(ED.token(), {}, id="Ed25519"),
        pytest.param(
            lambda: CURVE.token(exp=int(time.time()) - 10),
            {"jwt_leeway": 300},
            id="expired by less than clocks differ",
        ),
        pytest.param(CURVE.token(nbf=int(NOW) + 10), {}, id="not yet by less than clocks differ"),
        pytest.param(CURVE.token(aud=["other", AUDIENCE]), {}, id="for several"),
        pytest.param(CURVE.token(aud="second"), {"jwt_audience": "first, second"}, id="for one of several"),
        pytest.param(CURVE.token(scope="openid read profile"), {}, id="words for others beside ours"),
        pytest.param(CURVE.token(scope=["read", 7]), {}, id="a list of scopes"),
        pytest.param(CURVE.token(sub=" ann "), {}, id="a user between blanks"),
        pytest.param(
            CURVE.token(tenant=None, realm={"tenants": {"id": "acme"}}),
            {"jwt_tenant_claim": "realm.tenants.id"},
            id="a tenant within others",
        ),
        pytest.param(
            CURVE.token(None, None, **{"https://example.org/user": "ann"}),
            {"jwt_user_claim": "https://example.org/user"},
            id="a claim whose name has dots",
        ),
        pytest.param(
            CURVE.token(scope=None, groups=["siem", "others"]),
            {"jwt_scope_claim": "groups", "jwt_scopes": "siem=read, lead=admin"},
            id="scopes by the issuer's words",
        ),
    ],
)
async def test_a_token_that_holds(known: Known, token: str | Callable[[], str], settings: dict[str, Any]) -> None:
    assert await known(token() if callable(token) else token, **settings) == ANN


def by_public_half() -> str:
    """A token that whoever has the published key could make, were it taken for a shared secret."""
    pem = RSA.secret.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{_coded(HS256)}.{_body()}"
    return f"{signed}.{_coded(hmac.digest(pem, signed.encode(), 'sha256'))}"


def headed(head: bytes, body: str = "e30", signature: str = "x") -> str:
    """A token with that head."""
    return f"{_coded(head)}.{body}.{signature}"


def _body() -> str:
    return CURVE.token().split(".")[1]


def _coded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


@pytest.mark.parametrize(
    ("token", "settings", "reason"),
    [
        pytest.param(CURVE.token(exp=int(NOW) - 60), {}, "the token has expired", id="expired"),
        pytest.param(CURVE.token(nbf=int(NOW) + YEAR), {}, "the token does not hold yet", id="not yet"),
        pytest.param(CURVE.token(iat=int(NOW) + YEAR), {}, "the token does not hold yet", id="made in the future"),
        pytest.param(CURVE.token(iss="https://other/"), {}, "the token is of another issuer", id="another issuer"),
        pytest.param(CURVE.token(iss=ISSUER[:-1]), {}, "the token is of another issuer", id="nearly its issuer"),
        pytest.param(CURVE.token(aud="other"), {}, "the token is for somebody else", id="for another"),
        pytest.param(CURVE.token(exp=None), {}, LACKS, id="without an end"),
        pytest.param(CURVE.token(iss=None), {}, LACKS, id="without an issuer"),
        pytest.param(CURVE.token(aud=None), {}, LACKS, id="for nobody"),
        pytest.param(CURVE.token(exp="soon"), {}, INVALID, id="an end that is none"),
        pytest.param(CURVE.token(nbf=[1]), {}, INVALID, id="a beginning that is a list"),
        pytest.param(CURVE.token(nbf=float("inf")), {}, INVALID, id="a beginning that never comes"),
        pytest.param(STRANGER.token(), {}, INVALID, id="signed by another under a known name"),
        pytest.param(SigningKey("nobody").token(), {}, INVALID, id="a key that nobody knows"),
        pytest.param(SigningKey(None).token(), {}, INVALID, id="no key named where there are several"),
        pytest.param(RSA.token(), {"jwt_algorithms": "ES256"}, INVALID, id="an algorithm that is not taken"),
        pytest.param(headed(b'{"alg":"none","kid":"curve"}', _body(), ""), {}, INVALID, id="no signature"),
        pytest.param(by_public_half(), {}, INVALID, id="signed with what is public"),
        pytest.param(CURVE.token(head={"crit": ["b64"], "b64": True}), {}, INVALID, id="what must be understood"),
        pytest.param(CURVE.token()[:-8] + "AAAAAAAA", {}, INVALID, id="another signature"),
        pytest.param(headed(b"[" * 20_000), {}, INVALID, id="a head without an end"),
        pytest.param(headed(b'{"alg":["ES256"],"kid":"curve"}'), {}, INVALID, id="a list of algorithms"),
        pytest.param("a.b.c", {}, INVALID, id="dots"),
        pytest.param("igk_0123456789abcdef_x", {}, INVALID, id="a key"),
        pytest.param("\udcff.é.", {}, INVALID, id="no ASCII"),
    ],
)
async def test_a_token_that_does_not_hold(known: Known, token: str, settings: dict[str, Any], reason: str) -> None:
    assert await known(token, **settings) == (401, reason)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        pytest.param({"tenant": None}, 'the token names no tenant in its claim "tenant"', id="no tenant"),
        pytest.param({"tenant": "Acme *"}, 'the token names no tenant in its claim "tenant"', id="no tenant's name"),
        pytest.param({"tenant": ["acme"]}, 'the token names no tenant in its claim "tenant"', id="several tenants"),
        pytest.param({"sub": None}, 'the token names no user in its claim "sub"', id="no user"),
        pytest.param({"sub": " "}, 'the token names no user in its claim "sub"', id="blanks for a user"),
        pytest.param({"sub": "x" * 257}, 'the token names no user in its claim "sub"', id="a user too long"),
    ],
)
async def test_a_token_that_says_too_little(known: Known, claims: dict[str, Any], reason: str) -> None:
    assert await known(CURVE.token(**claims)) == (Forbidden.status, reason)


@pytest.mark.parametrize(
    ("scope", "settings", "scopes"),
    [
        pytest.param("read write act_as", {}, {"read", "write", "act_as"}, id="our words"),
        pytest.param("READ admins", {}, set(), id="not quite our words"),
        pytest.param({"read": True}, {}, set(), id="an object"),
        pytest.param(None, {}, set(), id="none"),
        pytest.param("a=b admin", {"jwt_scopes": "a=b=read delete"}, {"read", "delete"}, id="mapped words alone"),
    ],
)
async def test_scopes(known: Known, scope: Any, settings: dict[str, Any], scopes: set[str]) -> None:
    holder = await known(CURVE.token(scope=scope), **settings)
    assert isinstance(holder, Holder)
    assert holder.scopes == scopes


async def test_the_only_key_of_a_set_is_for_tokens_that_name_none_too(tmp_path: Path) -> None:
    file, key = tmp_path / "keys.json", SigningKey(None)
    tokens = Tokens(load(jwt_jwks=str(published(file, key)), **RULES))
    assert await asked(tokens, key.token()) == ANN
    await tokens.close()


async def test_a_key_is_for_what_its_set_says(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(key_set(RSA.public(alg="PS256"), CURVE.public(use="enc"), {"kty": "oct", "kid": "s", "k": "AAAA"}))
    tokens = Tokens(load(jwt_jwks=str(file), **RULES))
    answers = [await asked(tokens, token) for token in (RSA.token("PS256"), RSA.token(), CURVE.token())]
    assert answers == [ANN, (401, INVALID), (401, INVALID)]
    await tokens.close()


async def test_a_verified_token_is_remembered_until_it_expires(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[object] = []
    decode = jwt.decode

    def counted(*arguments: Any, **options: Any) -> Any:
        verified.append(arguments)
        return decode(*arguments, **options)

    monkeypatch.setattr(jwt, "decode", counted)
    tokens = Tokens(load(jwt_jwks=str(published(tmp_path / "keys.json", CURVE)), **RULES))
    token, now = CURVE.token(exp=int(NOW) + 300), datetime.fromtimestamp(int(NOW), UTC)
    assert [await asked(tokens, token, now + timedelta(seconds=s)) for s in (0, 200, 329)] == [ANN] * 3
    assert len(verified) == 1
    late = await asked(tokens, token, now + timedelta(seconds=330))
    assert late == (Unauthenticated.status, "the token has expired")
    await tokens.close()


async def test_a_token_ends_with_the_key_that_signed_it(tmp_path: Path) -> None:
    file = published(tmp_path / "keys.json", CURVE, RSA)
    tokens = Tokens(load(jwt_jwks=str(file), **RULES))
    assert [await asked(tokens, key.token()) for key in (CURVE, RSA)] == [ANN, ANN]
    held, fresh = RSA.token(), SigningKey("fresh")
    assert await asked(tokens, held) == ANN
    published(file, CURVE, fresh)
    assert [await asked(tokens, token) for token in (fresh.token(), held)] == [ANN, (401, INVALID)]
    await tokens.close()


async def test_without_any_keys_nobody_can_be_known() -> None:
    tokens = Tokens(load(jwt_jwks="http://127.0.0.1:1/keys", **RULES))
    assert await asked(tokens, CURVE.token()) == (
        Unavailable.status,
        "the keys that tokens are signed with cannot be read",
    )
    await tokens.close()
