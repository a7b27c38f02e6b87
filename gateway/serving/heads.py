"""What the head of a request must agree with before anything acts on it, beyond what the parser sees to (RFC 9112)."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from gateway.dialects import DIALECTS
from gateway.serving import faults
from gateway.serving.faults import Refused

Headers = Sequence[tuple[bytes, bytes]]

_HOST = re.compile(rb"(?:[\w.~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?", re.ASCII)
_WHOLE = re.compile(rb"https?://([^/?@]+)(/[^?]*)?(?:\?(.*))?", re.IGNORECASE)
_NOTED = frozenset({b"host", b"transfer-encoding", b"expect"})
_VERSIONS = frozenset({"1.1", "1.0"})
_ORIGIN = re.compile(rb"[a-z]+://[^/?]*", re.IGNORECASE)
_SHOWN = 1000
"""Bytes of a target in which its prefix is looked for."""
_KEYS = tuple(each.key_header for each in DIALECTS if each.key_header)
_SINGLE = {each.lower().encode(): each for each in (*faults.SINGLE, *_KEYS)}


def checked(version: str, headers: Headers) -> tuple[bytes, bool]:
    """The host, and whether the client waits to be told to go on. Raises Refused."""
    if version not in _VERSIONS:
        raise Refused(faults.VERSION)
    noted = [each for each in headers if each[0] in _NOTED]
    if len(noted) == 1 and noted[0][0] == b"host" and _HOST.fullmatch(noted[0][1]):
        return noted[0][1], False
    host = _host(version, [value for name, value in noted if name == b"host"])
    codings = [value.lower() for name, value in noted if name == b"transfer-encoding"]
    if codings and (version == "1.0" or codings != [b"chunked"]):
        raise Refused(faults.CODING)
    expected = [value.lower() for name, value in noted if name == b"expect"]
    return host, version == "1.1" and b"100-continue" in expected


def path_and_query(method: bytes, target: bytes, host: bytes) -> tuple[bytes, bytes]:
    """The path and the query that a target asks for; a whole URL is one if it is this host's. Raises Refused."""
    if not target.isascii() or b"#" in target:
        raise Refused(faults.TARGET)
    if target.startswith(b"/"):
        path, _, query = target.partition(b"?")
        return path, query
    if target == b"*" and method == b"OPTIONS":
        return target, b""
    whole = _WHOLE.fullmatch(target)
    if whole is None or whole[1].lower() != host.lower():
        raise Refused(faults.TARGET)
    return whole[2] or b"/", whole[3] or b""


def path_of(target: bytes) -> str:
    """The path in a target that may be none, or not whole, as far as the beginning tells."""
    start = target[:_SHOWN]
    origin = _ORIGIN.match(start)
    path = start[origin.end() if origin else 0 :].partition(b"?")[0]
    return unquote(path.decode("latin-1"))


def by_name(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The headers by name; those of one name become one, here and there, as a list of their values (RFC 9110, 5.3).

    Raises Refused where the name is of a header that has no list: who reads the first and who reads the last would
    see another caller, or another body.
    """
    result = dict(headers)
    if len(result) == len(headers):
        return result
    values: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value)
    for name in values.keys() & _SINGLE.keys():
        if len(values[name]) > 1:
            raise Refused(faults.repeated(_SINGLE[name]))
    result = {name: b", ".join(several) for name, several in values.items()}
    headers[:] = result.items()
    return result


def written(method: bytes, target: bytes, version: str, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The head as bytes."""
    lines = (b"%b: %b" % each for each in headers)
    return b"\r\n".join([b"%b %b HTTP/%b" % (method, target, version.encode()), *lines, b"", b""])


def _host(version: str, hosts: Sequence[bytes]) -> bytes:
    """The only host; HTTP/1.0 need not name one. Raises Refused."""
    if len(hosts) > 1 or (version == "1.1" and not hosts) or not all(map(_HOST.fullmatch, hosts)):
        raise Refused(faults.HOST)
    return hosts[0] if hosts else b""
