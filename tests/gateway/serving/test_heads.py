"""Which bytes are a request, and which: each row is sent by itself, and the connection ends with what is refused."""

import pytest

from tests.gateway.serving.talking import HOST, Address, answered, answers, chunked, connected, get, post, to_end

pytestmark = pytest.mark.outside

CHUNKED = b"POST /x HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
GET = b"GET /x HTTP/1.1\r\n" + HOST


def coded(*codings: str) -> bytes:
    """A body in one chunk, said to be coded so."""
    lines = "".join(f"Transfer-Encoding: {each}\r\n" for each in codings)
    return b"POST /x HTTP/1.1\r\n" + HOST + lines.encode() + b"\r\n1\r\na\r\n0\r\n\r\n"


def long(*lengths: str) -> bytes:
    """A body of two bytes, said to have these lengths."""
    lines = "".join(f"Content-Length: {each}\r\n" for each in lengths)
    return b"POST /x HTTP/1.1\r\n" + HOST + lines.encode() + b"\r\nab"


REFUSED = {
    "two equal lengths": (long("2", "2"), 400),
    "two lengths": (long("2", "3"), 400),
    "a list of lengths": (long("2, 2"), 400),
    "a length with a sign": (long("+2"), 400),
    "a negative length": (long("-2"), 400),
    "a length in hexadecimal": (long("0x2"), 400),
    "a length with a space": (long("1 2"), 400),
    "an empty length": (long(""), 400),
    "a length beyond 64 bits": (long("99999999999999999999"), 400),
    "a length before chunks": (get("/x", "Content-Length: 1", "Transfer-Encoding: chunked", method="POST"), 400),
    "a length behind chunks": (get("/x", "Transfer-Encoding: chunked", "Content-Length: 1", method="POST"), 400),
    "another coding": (coded("gzip"), 501),
    "another coding in chunks": (coded("gzip, chunked"), 501),
    "chunks in another coding": (coded("chunked, gzip"), 400),
    "chunks twice": (coded("chunked", "chunked"), 400),
    "chunks twice in a line": (coded("chunked, chunked"), 400),
    "no coding at all": (coded("identity"), 501),
    "an empty coding": (coded(""), 400),
    "a coding that ends like chunked": (coded("xchunked"), 501),
    "a coding that begins like chunked": (coded("chunkedx"), 501),
    "a coding behind a vertical tab": (coded("\vchunked"), 400),
    "chunks in HTTP/1.0": (b"POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 501),
    "a chunk that is longer": (CHUNKED + b"1\r\nab\r\n0\r\n\r\n", 400),
    "a chunk with a prefix": (CHUNKED + b"0x1\r\na\r\n0\r\n\r\n", 400),
    "a chunk of a negative size": (CHUNKED + b"-1\r\na\r\n0\r\n\r\n", 400),
    "a chunk with a sign": (CHUNKED + b"+1\r\na\r\n0\r\n\r\n", 400),
    "a chunk with a space": (CHUNKED + b"1 \r\na\r\n0\r\n\r\n", 400),
    "a chunk without a size": (CHUNKED + b"\r\na\r\n0\r\n\r\n", 400),
    "a chunk beyond 64 bits": (CHUNKED + b"11111111111111111\r\na\r\n0\r\n\r\n", 400),
    "a chunk with a bare line feed": (CHUNKED + b"1\na\r\n0\r\n\r\n", 400),
    "a chunk that ends with a bare line feed": (CHUNKED + b"1\r\na\n0\r\n\r\n", 400),
    "a chunk without an end": (CHUNKED + b"1\r\na0\r\n\r\n", 400),
    "a line feed in an extension": (CHUNKED + b"1;a\nb\r\na\r\n0\r\n\r\n", 400),
    "a carriage return in an extension": (CHUNKED + b"1;a\rb\r\na\r\n0\r\n\r\n", 400),
    "a length in a trailer": (CHUNKED + b"1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n", 400),
    "a folded trailer": (CHUNKED + b"1\r\na\r\n0\r\nA: b\r\n c\r\n\r\n", 400),
    "a folded header": (GET + b"A: b\r\n c\r\n\r\n", 400),
    "a header folded with a tab": (GET + b"A: b\r\n\tc\r\n\r\n", 400),
    "a fold before any header": (b"GET /x HTTP/1.1\r\n A: b\r\n" + HOST + b"\r\n", 400),
    "bare line feeds": (b"GET /x HTTP/1.1\nHost: a\n\n", 400),
    "a bare line feed behind a header": (b"GET /x HTTP/1.1\r\nHost: a\nA: b\r\n\r\n", 400),
    "a bare line feed at the end": (GET + b"\n", 400),
    "a bare carriage return": (b"GET /x HTTP/1.1\r\nHost: a\rA: b\r\n\r\n", 400),
    "a space before the colon": (GET + b"A : b\r\n\r\n", 400),
    "a tab before the colon": (GET + b"A\t: b\r\n\r\n", 400),
    "a space in a name": (GET + b"A b: c\r\n\r\n", 400),
    "no name": (GET + b": c\r\n\r\n", 400),
    "no colon": (GET + b"A\r\n\r\n", 400),
    "a name in brackets": (GET + b"A(b): c\r\n\r\n", 400),
    "a quote in a name": (GET + b'A"b: c\r\n\r\n', 400),
    "a slash in a name": (GET + b"A/b: c\r\n\r\n", 400),
    "a letter beyond ASCII in a name": (GET + b"A\xc3\xa9: c\r\n\r\n", 400),
    "a null in a name": (GET + b"A\0: c\r\n\r\n", 400),
    "a null in a value": (GET + b"A: b\0c\r\n\r\n", 400),
    "a control in a value": (GET + b"A: b\x01c\r\n\r\n", 400),
    "a delete in a value": (GET + b"A: b\x7fc\r\n\r\n", 400),
    "no host": (b"GET /x HTTP/1.1\r\n\r\n", 400),
    "two hosts": (GET + HOST + b"\r\n", 400),
    "a host with a path": (b"GET /x HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    "a host with a user": (b"GET /x HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
    "a host with a space": (b"GET /x HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    "a host with a query": (b"GET /x HTTP/1.1\r\nHost: a?b\r\n\r\n", 400),
    "a list of hosts": (b"GET /x HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
    "a port that is no number": (b"GET /x HTTP/1.1\r\nHost: a:b\r\n\r\n", 400),
    "a host beyond ASCII": (b"GET /x HTTP/1.1\r\nHost: \xc3\xa9\r\n\r\n", 400),
    "two hosts in HTTP/1.0": (b"GET /x HTTP/1.0\r\n" + HOST + HOST + b"\r\n", 400),
    "two credentials": (get("/x", "Authorization: Bearer a", "Authorization: Bearer b"), 400),
    "the same one twice": (get("/x", "Authorization: Bearer a", "authorization: Bearer a"), 400),
    "two keys in a header of their own": (get("/x", "X-TLM-Key: a", "X-TLM-Key: b"), 400),
    "two tenants": (get("/x", "X-Scope-OrgID: a", "A: b", "X-Scope-OrgID: b"), 400),
    "two users": (get("/x", "User-ID: a", "User-ID: b"), 400),
    "two media types": (get("/x", "Content-Type: text/csv", "Content-Type: text/html", method="POST"), 400),
    "two keys of one request": (get("/x", "Idempotency-Key: a", "Idempotency-Key: b", method="POST"), 400),
    "a URL of another host": (get("http://elsewhere/x"), 400),
    "a URL of another port": (get("http://gateway:81/x"), 400),
    "a URL with a user": (get("http://u@gateway/x"), 400),
    "a URL of another scheme": (get("ftp://gateway/x"), 400),
    "a URL without a host": (get("http:///x"), 400),
    "a host and a port": (get("gateway:80"), 400),
    "a relative path": (get("x"), 400),
    "a fragment": (get("/x#y"), 400),
    "a path beyond ASCII": (b"GET /\xc3\xa9 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a star that is not for OPTIONS": (get("*"), 400),
    "a space in a path": (get("/x y"), 400),
    "a null in a path": (get("/x\0y"), 400),
    "tabs between the words": (b"GET\t/x\tHTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a space behind the version": (b"GET /x HTTP/1.1 \r\n" + HOST + b"\r\n", 400),
    "a space before the method": (b" GET /x HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a method in small letters": (get("/x", method="get"), 400),
    "a method unheard of": (get("/x", method="BREW"), 400),
    "a tunnel": (get("gateway:80", method="CONNECT"), 405),
    "a tunnel to a path": (get("/x", method="CONNECT"), 405),
    "HTTP/2.0": (get("/x", version="2.0"), 505),
    "HTTP/0.9": (get("/x", version="0.9"), 505),
    "HTTP/1.2": (get("/x", version="1.2"), 400),
    "HTTP/11": (get("/x", version="11"), 400),
    "a version in small letters": (b"GET /x http/1.1\r\n" + HOST + b"\r\n", 400),
    "another protocol": (b"GET /x ICE/1.0\r\n" + HOST + b"\r\n", 400),
    "the preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "the beginning of TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "no request at all": (b"{}", 400),
}
TAKEN = {
    "a path": (get("/x"), {"path": "/x", "query": ""}),
    "a query": (get("/x?a=b?c=/d"), {"path": "/x", "query": "a=b?c=/d"}),
    "an empty query": (get("/x?"), {"path": "/x", "query": ""}),
    "a URL of this host": (get("http://gateway/x?y"), {"path": "/x", "query": "y"}),
    "a URL in large letters": (get("HTTP://GATEWAY/X"), {"path": "/X", "query": ""}),
    "a URL without a path": (get("http://gateway"), {"path": "/", "query": ""}),
    "a URL with only a query": (get("http://gateway?y"), {"path": "/", "query": "y"}),
    "a star for OPTIONS": (get("*", method="OPTIONS"), {"path": "*", "method": "OPTIONS"}),
    "two slashes": (get("//x//y"), {"path": "//x//y"}),
    "dots": (get("/a/../x/./y"), {"path": "/a/../x/./y"}),
    "an encoded letter": (get("/%78"), {"path": "/x"}),
    "empty lines before it": (b"\r\n\r\n" + get("/x"), {"path": "/x"}),
    "two spaces": (b"GET  /x  HTTP/1.1\r\n" + HOST + b"\r\n", {"path": "/x"}),
    "a value beyond ASCII": (get("/x", "A: b\xe9"), {"headers": [["host", "gateway"], ["a", "b\xe9"]]}),
    "an empty value": (get("/x", "A:"), {"headers": [["host", "gateway"], ["a", ""]]}),
    "space around a value": (get("/x", "A: \t b \t "), {"headers": [["host", "gateway"], ["a", "b"]]}),
    "a list in two headers": (
        get("/x", "A: b", "C: d", "a: e"),
        {"headers": [["host", "gateway"], ["a", "b, e"], ["c", "d"]]},
    ),
    "an underscore in a name": (get("/x", "Content_Length: 5"), {"length": 0}),
    "a host with a port": (b"GET /x HTTP/1.1\r\nHost: a:8000\r\n\r\n", {"headers": [["host", "a:8000"]]}),
    "a host in brackets": (b"GET /x HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", {"headers": [["host", "[::1]:80"]]}),
    "an empty host": (b"GET /x HTTP/1.1\r\nHost:\r\n\r\n", {"headers": [["host", ""]]}),
    "no host in HTTP/1.0": (b"GET /x HTTP/1.0\r\n\r\n", {"http_version": "1.0", "headers": []}),
    "a body": (post("/x", b"ab"), {"body": "ab"}),
    "a body of a GET": (get("/x", "Content-Length: 2") + b"ab", {"body": "ab", "method": "GET"}),
    "a body of a DELETE": (get("/x", "Content-Length: 2", method="DELETE") + b"ab", {"body": "ab"}),
    "an empty body": (post("/x", b""), {"body": ""}),
    "chunks": (chunked("/x", b"a", b"bc"), {"body": "abc"}),
    "no chunks": (chunked("/x"), {"body": ""}),
    "chunks in large letters": (coded("CHUNKED"), {"body": "a"}),
    "chunks with extensions": (CHUNKED + b'1;a=b;c="d;e"\r\na\r\n0;f\r\n\r\n', {"body": "a"}),
    "a chunk with zeros before it": (CHUNKED + b"0001\r\na\r\n000\r\n\r\n", {"body": "a"}),
    "a chunk in either case": (CHUNKED + b"A\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\n", {"length": 21}),
    "a method that few know": (get("/x", method="PROPFIND"), {"method": "PROPFIND"}),
}


@pytest.mark.parametrize(("sent", "status"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_request_ends_the_connection(address: Address, sent: bytes, status: int) -> None:
    with connected(address) as connection:
        connection.sendall(sent + get("/smuggled"))
        found = answers(to_end(connection))
    assert [(each.status, each.headers["connection"], b"smuggled" in each.body) for each in found] == [
        (status, "close", False)
    ]


@pytest.mark.parametrize(("sent", "told"), TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize("size", [1, 7, 2**16], ids=["byte by byte", "in sevens", "at once"])
def test_what_is_a_request_is_taken_whole(address: Address, sent: bytes, told: dict[str, object], size: int) -> None:
    with connected(address) as connection:
        for start in range(0, len(sent), size):
            connection.sendall(sent[start : start + size])
        [answer] = answered(connection)
    assert (answer.status, {name: answer.json[name] for name in told}) == (200, told)
