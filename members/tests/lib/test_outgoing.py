"""Requests to addresses that somebody typed in: a listening canary counts whoever reaches it, and nobody does."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from members.lib import outgoing
from members.lib.outgoing import Refused
from members.tests.canary import Canary

INSIDE = [  # loopback, private, link-local, shared, multicast, reserved; and IPv4 carried inside IPv6
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.8", "192.0.0.9", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1",
    "239.1.1.1", "240.0.0.1", "255.255.255.255", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]",
    "[fec0::1]", "[ff02::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:8.8.8.8]", "[::127.0.0.1]",
    "[2002:7f00:1::]", "[2002:808:808::]", "[2001:0:808:808::1]", "[64:ff9b::7f00:1]", "[64:ff9b::808:808]",
    "[64:ff9b:1::1]", "[2001:db8::1]", "[100::1]", "[2001:1::1]", "[3fff::1]",
]  # fmt: skip
WRITTEN_OTHERWISE = [  # which a resolver may read as 127.0.0.1
    "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "127.1", "127.0.1", "localhost", "localhost.", "LOCALHOST",
]  # fmt: skip
BAD_URLS = [
    "", "x", "file:///etc/passwd", "gopher://example.com/", "ftp://example.com/", "javascript:alert(1)",
    "//example.com/",
    "http://example.com/", "https://", "https:///x", "https://user@example.com/", "https://user:pw@example.com/",
    "https://127.0.0.1@example.com/", "https://example.com@127.0.0.1/", "https://example.com/#x",
    "https://example.com:80/", "https://example.com:22/", "https://example.com:0/", "https://example.com:99999/",
    "https://exa mple.com/", "https://example.com/\r\nX: y", "https://例子.com/", "https://[fe80::1%25eth0]/",
    "https://[::1", "https://%31%32%37.0.0.1/",
]  # fmt: skip


@pytest.fixture
def canary() -> Iterator[Canary]:
    made = Canary()
    yield made
    made.close()


@pytest.fixture
def house(settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_NETWORKS = [ipaddress.ip_network("127.0.0.1/32")]


def code(url: str) -> str:
    with pytest.raises(Refused) as refused:
        outgoing.post(url, b"{}", {})
    return refused.value.code


def test_nothing_inside_is_reached(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(outgoing.PORTS, "https", (443, canary.port))
    reached = []
    for host in (*INSIDE, *WRITTEN_OTHERWISE):
        said = code(f"https://{host}:{canary.port}/x")
        if said not in {outgoing.PRIVATE, outgoing.UNKNOWN_NAME, outgoing.BAD_URL}:
            reached.append((host, said))
    assert reached == []
    assert canary.connections == 0


@pytest.mark.parametrize("url", BAD_URLS)
def test_what_is_no_address_that_may_be_used_is_not_looked_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", None)
    assert code(url) in {outgoing.BAD_URL, outgoing.NOT_HTTPS, outgoing.BAD_PORT}


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e"])
def test_public_addresses_are_public(address: str) -> None:
    assert outgoing.is_public(ipaddress.ip_address(address))


def test_a_name_that_also_means_an_inner_address_is_refused(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: found)
    assert code("https://example.com/") == outgoing.PRIVATE


def test_a_name_is_looked_up_once_and_the_checked_address_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A resolver that says another address at the second question gains nothing: there is no second question."""
    asked: list[str] = []
    connected: list[Any] = []

    def resolve(host: str, *_args: Any, **_named: Any) -> Any:
        asked.append(host)
        return [(2, 1, 6, "", ("8.8.8.8" if len(asked) == 1 else "127.0.0.1", 443))]

    def connect(address: tuple[str, int], **_named: Any) -> Any:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert code("https://example.com/") == outgoing.NO_ANSWER
    assert (asked, connected) == (["example.com"], [("8.8.8.8", 443)])


@pytest.mark.usefixtures("house")
class TestTheHouseAllowsOneNetwork:
    def test_it_is_posted_as_it_is_and_the_status_comes_back(self, canary: Canary) -> None:
        url = f"http://127.0.0.1:{canary.port}/in?x=1"
        assert outgoing.post(url, b'{"a":1}', {"Huitou-Event": "test"}) == 200
        head, _, body = canary.heard.partition(b"\r\n\r\n")
        assert head.startswith(b"POST /in?x=1 HTTP/1.1\r\n")
        assert f"Host: 127.0.0.1:{canary.port}".encode() in head
        assert (b"Huitou-Event: test" in head, body) == (True, b'{"a":1}')

    def test_a_redirect_is_not_followed(self, canary: Canary) -> None:
        target = Canary()
        canary.answer = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{target.port}/\r\n\r\n".encode()
        assert outgoing.post(f"http://127.0.0.1:{canary.port}/", b"{}", {}) == 302
        target.close()
        assert (canary.connections, target.connections) == (1, 0)

    def test_other_networks_stay_closed(self) -> None:
        assert code("http://10.0.0.1/") == outgoing.PRIVATE
        assert code("http://8.8.8.8/") == outgoing.NOT_HTTPS

    def test_an_answer_without_end_is_cut_off(self, canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outgoing, "SECONDS", 0.3)
        canary.answer = b"HTTP/1.1 200 ..."
        assert code(f"http://127.0.0.1:{canary.port}/") in {outgoing.NO_ANSWER, outgoing.BROKEN}

    def test_what_is_no_http_is_told(self, canary: Canary) -> None:
        canary.answer = b"SSH-2.0-OpenSSH_9\r\n"
        assert code(f"http://127.0.0.1:{canary.port}/") == outgoing.BROKEN

    def test_nobody_there(self, canary: Canary) -> None:
        canary.close()
        assert code(f"http://127.0.0.1:{canary.port}/") == outgoing.NO_ANSWER

    def test_a_receiver_that_does_not_speak_tls_is_told(self, canary: Canary) -> None:
        assert code(f"https://127.0.0.1:{canary.port}/") in {outgoing.BAD_CERTIFICATE, outgoing.NO_ANSWER}
