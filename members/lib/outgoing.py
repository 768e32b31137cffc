"""Requests to addresses that somebody has typed in: nothing inside the house can be reached through them.

The name is looked up once, every address found must be public, and the connection goes to the very address that was
checked, so that a name which means something else a moment later gains nothing. Redirects are not followed, proxies of
the environment not used, and what is answered is read no further than its status.
"""

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 10  # for the whole of a request, however the answer drips
PORTS = {"https": (443, 8443)}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

BAD_URL, NOT_HTTPS, BAD_PORT, PRIVATE, UNKNOWN_NAME = "bad_url", "not_https", "bad_port", "private", "unknown_name"
NO_ANSWER, BAD_CERTIFICATE, BROKEN = "no_answer", "bad_certificate", "broken"

_PLAIN = re.compile(r"[!-~]+")  # no blanks, no control characters, nothing beyond ASCII
# Beside what `ipaddress` knows (Python 3.11 takes some of these for public): protocol assignments, relays of 6to4,
# documentation. Inside IPv6, 6to4 and Teredo carry an IPv4 address, which need not be public; mapped ones and NAT64 lie
# outside of 2000::/3 altogether.
_NOT_PUBLIC = [
    ipaddress.ip_network(net)
    for net in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]
_GLOBAL_6 = ipaddress.ip_network("2000::/3")
FINAL = {BAD_URL, NOT_HTTPS, BAD_PORT, PRIVATE}  # no later try will do better, as long as address and settings stay


class Refused(Exception):
    """The request is not made, or was not answered; `code` says why, in one of the words above."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL points to, read but not looked up."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"


def target(url: str) -> Target:
    """Read a URL. Refused when it is none, carries a password, or asks for another scheme or port than is allowed.

    Plain http and other ports are for addresses of WEBHOOK_PRIVATE_NETWORKS alone, which is looked at in `checked`.
    """
    if not _PLAIN.fullmatch(url):
        raise Refused(BAD_URL)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused(BAD_URL) from error
    if parts.scheme not in {"https", "http"}:
        raise Refused(NOT_HTTPS)
    if not host or "%" in host or "@" in parts.netloc or parts.fragment:
        raise Refused(BAD_URL)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    found = Target(parts.scheme, host, port if port is not None else {"https": 443, "http": 80}[parts.scheme], path)
    if not settings.WEBHOOK_PRIVATE_NETWORKS:
        _allow_public(found)
    if (literal := _literal(host)) is not None:
        _check(literal, found)
    return found


def _literal(host: str) -> Address | None:
    """The address that a host is without being looked up: also as 127.1, 2130706433, 0x7f.1, or this very machine."""
    host = host.removesuffix(".")
    if f".{host}".endswith(".localhost"):
        return ipaddress.IPv4Address("127.0.0.1")
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host)
    with contextlib.suppress(OSError):
        return ipaddress.IPv4Address(socket.inet_aton(host))
    return None


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send it and return the HTTP status. Refused when it may not be sent or is not answered in time."""
    where = target(url)
    address = checked(where)
    try:
        return _sent(where, address, body, headers)
    except ssl.SSLError as error:
        raise Refused(BAD_CERTIFICATE) from error
    except OSError as error:
        raise Refused(NO_ANSWER) from error
    except (http.client.HTTPException, ValueError) as error:
        raise Refused(BROKEN) from error


def checked(where: Target) -> Address:
    """The address to connect to. Refused when the name is not known, or any of its addresses is not public."""
    try:
        found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(UNKNOWN_NAME) from error
    addresses = [ipaddress.ip_address(str(entry[4][0])) for entry in found]
    for address in addresses:
        _check(address, where)
    if not addresses:
        raise Refused(UNKNOWN_NAME)
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether anybody on the internet may be there: not private, local, reserved, multicast or mapped."""
    if address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_6:
        return False
    return not any(address in net for net in _NOT_PUBLIC)


def _check(address: Address, where: Target) -> None:
    if any(address in network for network in settings.WEBHOOK_PRIVATE_NETWORKS):
        return
    if not is_public(address):
        raise Refused(PRIVATE)
    _allow_public(where)


def _allow_public(where: Target) -> None:
    if where.scheme != "https":
        raise Refused(NOT_HTTPS)
    if where.port not in PORTS["https"]:
        raise Refused(BAD_PORT)


def _sent(where: Target, address: Address, body: bytes, headers: Mapping[str, str]) -> int:
    """Every wait is bounded by the socket's timeout, and all of them together by the timer."""
    with contextlib.ExitStack() as stack:
        connected = stack.enter_context(socket.create_connection((str(address), where.port), timeout=SECONDS))
        if where.scheme == "https":
            context = ssl.create_default_context()
            connected = stack.enter_context(
                context.wrap_socket(connected, server_hostname=where.host, do_handshake_on_connect=False)
            )
        is_over = threading.Event()
        limit = threading.Timer(SECONDS, _cut, [connected, is_over])
        stack.callback(limit.cancel)
        limit.start()
        if isinstance(connected, ssl.SSLSocket):
            connected.do_handshake()
        status = _asked(connected, where, body, headers)
        if is_over.is_set():  # what was read is what the cut has left of it
            raise TimeoutError
        return status


def _cut(connected: socket.socket, is_over: threading.Event) -> None:
    is_over.set()
    with contextlib.suppress(OSError):  # over already
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _asked(connected: socket.socket, where: Target, body: bytes, headers: Mapping[str, str]) -> int:
    request = http.client.HTTPConnection(where.host, where.port)
    request.sock = connected
    request.putrequest("POST", where.path, skip_host=True, skip_accept_encoding=True)
    for name, value in {"Host": where.host_header, "Content-Length": str(len(body)), **headers}.items():
        request.putheader(name, value)
    request.putheader("Connection", "close")
    request.endheaders(body)
    answer = http.client.HTTPResponse(connected, method="POST")
    try:
        answer.begin()
        return answer.status
    finally:
        answer.close()
