"""Questions to authorities over HTTP: one answer, bounded in time and size; redirections are not followed."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import quote, urlsplit


@dataclass(frozen=True)
class Question:
    """What is asked, and which answer will do."""

    url: str
    kinds: tuple[str, ...]
    """Media types of an answer; empty where any will do."""
    at_most: int
    """Bytes of an answer."""
    body: bytes | None = None
    body_kind: str = ""
    public_only: bool = False
    """Whether the address comes from elsewhere: then nothing inside our own network is asked."""


def ask(question: Question, *, within_s: float) -> bytes:
    """Return the answer, got within so many seconds. Raise OSError, HTTPException, ValueError where there is none.

    The time is over for all of it: a name that nobody looks up, a head that trickles in. Where it lasts longer, it is
    left to a thread that ends with its connection.
    """
    connection = _connection(question, within_s)
    answer: Future[bytes] = Future()
    threading.Thread(target=_fetch, args=(question, connection, answer, within_s), daemon=True).start()
    try:
        return answer.result(within_s)
    finally:
        answer.cancel()
        _end(connection)


def _fetch(
    question: Question, connection: http.client.HTTPConnection, answer: Future[bytes], within_s: float
) -> None:
    try:
        connection.connect()
        if answer.cancelled():  # Connected too late for who asked, who could not end what was not there.
            return
        said = _answer(question, connection, time.monotonic() + within_s)
        with contextlib.suppress(InvalidStateError):
            answer.set_result(said)
    except Exception as failed:  # Whoever asked gets it.
        with contextlib.suppress(InvalidStateError):
            answer.set_exception(failed)
    finally:
        connection.close()


def _end(connection: http.client.HTTPConnection) -> None:
    """End what the thread waits for, if it is connected."""
    if (link := connection.sock) is not None:
        with contextlib.suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)


def _answer(question: Question, connection: http.client.HTTPConnection, end: float) -> bytes:
    parts = urlsplit(question.url)
    path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe="%/?:@!$&'()*+,;=-._~")
    headers = {"Accept": ", ".join(question.kinds) or "*/*"}
    headers |= {"Content-Type": question.body_kind} if question.body_kind else {}
    connection.request("GET" if question.body is None else "POST", path, question.body, headers)
    with connection.getresponse() as answer:
        kind = answer.headers.get_content_type()
        if answer.status != 200 or (question.kinds and kind not in question.kinds):
            raise OSError(f"status {answer.status}, {kind}")
        return _read(answer, connection, end, question.at_most)


_EMBEDDING = [ip_network(one) for one in (
    "::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10")]
"""Addresses of IPv6 in which one of IPv4 stands, perhaps of our own network; and the site-local ones of old."""


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public network's."""
    found = ip_address(address.partition("%")[0])
    return found.is_global and not found.is_multicast and not any(found in one for one in _EMBEDDING)


def _connection(question: Question, within_s: float) -> http.client.HTTPConnection:
    parts = urlsplit(question.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the address must begin with https:// or http://")
    if question.public_only:
        if parts.scheme != "http":
            raise ValueError("lists of revocations are signed themselves: they are fetched by http")
        return _Public(parts.hostname, parts.port, timeout=within_s)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=within_s, context=context)
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=within_s)


class _Public(http.client.HTTPConnection):
    """Connects to an address of the public network: to that very address, whatever the name leads to afterwards."""

    def connect(self) -> None:
        """Connect to the first address that lets us. Raise OSError: there is none, or all are in our own network."""
        failed = OSError(f"{self.host} is not on the public network")
        for *_kind, address in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            if is_public(str(address[0])):
                try:
                    self.sock = socket.create_connection((str(address[0]), self.port), self.timeout)
                except OSError as refused:  # It may have another: one of IPv4, where nothing gets through by IPv6.
                    failed = refused
                else:
                    return
        raise failed


def _read(
    answer: http.client.HTTPResponse, connection: http.client.HTTPConnection, end: float, at_most: int
) -> bytes:
    """Read an answer of bounded size, however slowly it trickles in, until the time is over."""
    read = b""
    while True:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer takes too long")
        if connection.sock is not None:
            connection.sock.settimeout(left)
        part = answer.read1(8192)
        if not part:
            return read
        read += part
        if len(read) > at_most:
            raise OSError("the answer is too long")
