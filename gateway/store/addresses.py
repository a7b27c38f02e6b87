"""Where the hosts of the engine are, and what opens them: certificates, users and passwords."""

import ssl
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from gateway.store.exchange import Signer

_PORTS = {"http": 9200, "https": 443}


class OptionError(ValueError):
    """An option that cannot be: its name, and why, without a password."""

    def __init__(self, option: str, reason: str) -> None:
        super().__init__(reason)
        self.option = option


@dataclass(frozen=True, slots=True)
class HostOptions:
    """The hosts, as addresses that may carry user:password@ and a path, and how they are treated.

    `user` and `password` are files, and are for the addresses that carry none. Times are in seconds, limits in bytes;
    `connections` are the exchanges at once, and so the connections to one host at most.
    """

    urls: Sequence[str] = field(repr=False)
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    user: Path | None = None
    password: Path | None = None
    signer: Signer | None = None
    connections: int = 64
    idle: float = 30
    connect_timeout: float = 3
    ping_every: float = 1
    reply_limit: int = 2**28
    inflow_limit: int = 2**28


@dataclass(frozen=True, slots=True)
class Address:
    """One host: `origin` and `path` are how an error calls it; `authorization` is the value of that header."""

    scheme: str
    host: str
    port: int
    path: str
    authorization: str | None = field(repr=False)
    tls: ssl.SSLContext | None

    @property
    def authority(self) -> str:
        """Host and port as a URL has them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme and authority, without a password."""
        return f"{self.scheme}://{self.authority}"

    @property
    def name(self) -> str:
        """What an error calls it."""
        return self.origin + self.path


def addresses(options: HostOptions) -> list[Address]:
    """The hosts. Raises OptionError for an option that cannot be."""
    parts = [_split(url.strip()) for url in options.urls]
    encrypted = any(part.scheme == "https" for part in parts)
    _check(options, encrypted=encrypted, named=any(part.username is not None for part in parts))
    tls, credentials = _tls(options) if encrypted else None, _credentials(options)
    return [_address(part, tls, credentials) for part in parts]


def _check(options: HostOptions, *, encrypted: bool, named: bool) -> None:
    """Raises OptionError for what would have no effect."""
    if not options.urls:
        raise OptionError("urls", "no address of the engine is given")
    if (options.user is None) != (options.password is None):
        alone = "user" if options.user else "password"
        raise OptionError(alone, "the engine's user and password are given both or not at all")
    if options.signer and (named or options.user):
        raise OptionError("signer", "requests are signed or carry a password, not both")
    if options.key and not options.certificate:
        raise OptionError("key", "the key is of no use without the certificate")
    if (options.ca or options.certificate) and not encrypted:
        of_no_use = "ca" if options.ca else "certificate"
        raise OptionError(of_no_use, "certificates are of use with https only")


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise OptionError("urls", f"an address of the engine cannot be read: {error}") from None


def _address(parts: SplitResult, tls: ssl.SSLContext | None, credentials: str | None) -> Address:
    if parts.scheme not in _PORTS or not parts.hostname or parts.query or parts.fragment:
        raise OptionError("urls", f"{_shown(parts)} is no address of an engine, as http(s)://host:port is one")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise OptionError("urls", f"the port of {_shown(parts)} is none") from None
    if parts.username is not None:
        credentials = _basic(unquote(parts.username), unquote(parts.password or ""))
    context = tls if parts.scheme == "https" else None
    return Address(parts.scheme, parts.hostname, port, parts.path.rstrip("/"), credentials, context)


def _shown(parts: SplitResult) -> str:
    """The address without what may be a password, which a `/` or `?` in it takes out of the host's place."""
    scheme, _, rest = parts.geturl().rpartition("@")[0].partition("://")
    return f"{scheme}://{parts.geturl().rpartition('@')[2]}" if rest else parts.geturl() or "an empty text"


def _credentials(options: HostOptions) -> str | None:
    if options.user is None or options.password is None:
        return None
    return _basic(_line_of("user", options.user), _line_of("password", options.password))


def _line_of(option: str, file: Path) -> str:
    try:
        return file.read_text().rstrip("\r\n")
    except (OSError, UnicodeError) as error:
        raise OptionError(option, f"{file} cannot be read: {error}") from error


def _basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def _tls(options: HostOptions) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=options.ca)
    except OSError as error:
        raise OptionError("ca", f"{options.ca} cannot be used as certificate authority: {error}") from error
    if options.certificate:
        _show(context, options.certificate, options.key)
    return context


def _show(context: ssl.SSLContext, certificate: Path, key: Path | None) -> None:
    try:
        # Without a password OpenSSL would ask for that of an encrypted key at the terminal.
        context.load_cert_chain(certificate, key, password="")
    except OSError as error:
        raise OptionError("certificate", f"{certificate} cannot be used with its key: {error}") from error
