"""An offer to go on in another protocol is ignored (RFC 9110, 7.8); the request is read as if it were not there."""

import pytest

from tests.gateway.serving.talking import Address, answered, connected, get, post

pytestmark = pytest.mark.outside

OFFERS = {
    "HTTP/2, as Java's client does": ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEA"),
    "a web socket": ("Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
    "TLS": ("Upgrade: TLS/1.3, HTTP/1.1", "Connection: upgrade"),
    "two of them": ("Upgrade: h2c", "Connection: upgrade", "Upgrade: websocket"),
}
INNER = get("/smuggled", "Authorization: Bearer stolen")
CHUNKS = b"5\r\nhello\r\n%x\r\n%b\r\n0\r\nA: b\r\n\r\n" % (len(INNER), INNER)


@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
@pytest.mark.parametrize("size", [1, 11, 2**16], ids=["byte by byte", "in elevens", "at once"])
def test_the_request_is_served_whole(address: Address, offer: tuple[str, ...], size: int) -> None:
    coded = get("/coded", *offer, "Transfer-Encoding: chunked", method="PUT") + CHUNKS
    sent = post("/one", INNER, *offer) + get("/two", *offer) + coded + get("/four")
    with connected(address) as connection:
        for start in range(0, len(sent), size):
            connection.sendall(sent[start : start + size])
        found = [each.json for each in answered(connection, 4)]
    assert [(each["method"], each["path"], each["body"]) for each in found] == [
        ("POST", "/one", INNER.decode()),
        ("GET", "/two", ""),
        ("PUT", "/coded", f"hello{INNER.decode()}"),
        ("GET", "/four", ""),
    ]


@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
def test_a_body_in_a_second_packet_is_no_request(address: Address, offer: tuple[str, ...]) -> None:
    head, _, body = post("/x", INNER, *offer).partition(b"\r\n\r\n")
    with connected(address) as connection:
        connection.sendall(head + b"\r\n\r\n")
        connection.sendall(body)
        connection.sendall(get("/next"))
        found = [each.json for each in answered(connection, 2)]
    assert [(each["path"], each["body"]) for each in found] == [("/x", INNER.decode()), ("/next", "")]


def test_the_application_sees_the_request_without_the_offer(address: Address) -> None:
    with connected(address) as connection:
        connection.sendall(get("/x?y", "Upgrade: h2c", "A: b", "Connection: upgrade, a"))
        [answer] = answered(connection)
    sent = [["host", "gateway"], ["a", "b"], ["connection", "upgrade, a"]]
    assert (answer.json["headers"], answer.json["query"]) == (sent, "y")


def test_the_bounds_hold_for_a_request_with_an_offer(address: Address) -> None:
    with connected(address) as connection:
        connection.sendall(get("/x", *OFFERS["TLS"], *(f"A{each}: b" for each in range(100))))
        [answer] = answered(connection)
    assert answer.status == 431
