"""One visit to a page of somebody else's, by an address that anybody may have written.

The child process of `fetch()` runs this; it imports neither Django nor the site. Nothing here trusts the address, the
name servers or what answers: a name is resolved once, every address that it has must be public, and the connection goes
to the address that was checked. Redirects are followed by hand, so that each hop passes the same gate.
"""

import json
import re
import resource
import socket
import ssl
import sys
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import ip_address
from time import monotonic
from typing import Any

import httpcore
import httpx

from advocacy.fetching.networks import is_public

REDIRECTS = 5
ADDRESSES = 4  # of one name that are tried
PATIENCE = 5.0  # seconds for each step; all together have the seconds of the visit
MEMORY = 1024**3  # of addresses
LONGEST_URL = 4000
PORTS = {80, 443}
NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
ALWAYS_THERE = "a.root-servers.net"  # the root of the name servers; it is only looked up
# Neither the site nor its organisation is named: who is asked need not learn who prepares a text about them.
HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; cms)", "Accept": "*/*", "Accept-Encoding": "identity"}

LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
REDIRECTING = {301, 302, 303, 307, 308}
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)


class Reason(StrEnum):
    """Why there is no page."""

    REFUSED = "refused"  # an address that the site does not go to
    NO_SUCH_HOST = "no such host"  # the name servers say that the name stands for nothing
    UNREACHABLE = "unreachable"  # no connection, or what answers does not speak the language
    TOO_SLOW = "too slow"
    UNFIT = "unfit"  # a page, but not of a sort that was asked for


class NotFetched(Exception):
    """There is no page; `reason` for the program, the words for technicians."""

    def __init__(self, reason: Reason, words: str) -> None:
        super().__init__(words)
        self.reason = reason


@dataclass(frozen=True)
class Page:
    """What answered in the end: `url` after redirects, `body` up to the limit, `whole` if that is all of it."""

    url: str
    status: int
    type: str
    charset: str
    body: bytes
    whole: bool


def visit(url: str, *, types: Collection[str] | None, limit: int, seconds: float) -> Page:
    """The page at `url`, whatever its status; NotFetched for everything else.

    With `types` a page that was found must have one of these media types and comes unpacked; with None any will do,
    and its bytes are as they came. Not more than `limit` bytes are read.
    """
    target = allowed(url)
    deadline = Deadline(seconds)
    context = httpx.create_ssl_context(trust_env=False)
    with (
        as_not_fetched(),
        httpcore.ConnectionPool(ssl_context=context, network_backend=Pinned(deadline)) as pool,
    ):
        for _hop in range(REDIRECTS + 1):
            headers = [("Host", target.netloc.decode("ascii")), *HEADERS.items()]
            with pool.stream("GET", exactly(target), headers=headers) as response:
                told = httpx.Headers(response.headers)
                if response.status in REDIRECTING and "location" in told:
                    target = next_hop(target, told["location"])
                    continue
                return read(str(target), response, told, types, limit)
        raise NotFetched(Reason.UNREACHABLE, f"It redirects more than {REDIRECTS} times.")


@contextmanager
def as_not_fetched() -> Iterator[None]:
    """Whatever strangers send, it ends as a page or as NotFetched."""
    try:
        yield
    except NotFetched:
        raise
    except httpcore.TimeoutException as error:
        raise NotFetched(Reason.TOO_SLOW, "It took too long.") from error
    except Exception as error:
        raise NotFetched(Reason.UNREACHABLE, f"{type(error).__name__}: {error}") from error


# -- addresses


def allowed(url: str) -> httpx.URL:
    """The address, if it is one that the site goes to: http or https, ports 80 and 443, no name and password."""
    try:
        if len(url) > LONGEST_URL:
            raise ValueError("too long")
        target = httpx.URL(url)
        host = target.raw_host.decode("ascii").lower()
    except (httpx.InvalidURL, ValueError) as error:
        raise NotFetched(Reason.REFUSED, "The address cannot be read.") from error
    if target.scheme not in ("http", "https"):
        raise NotFetched(Reason.REFUSED, "The address begins with neither http nor https.")
    if target.userinfo:
        raise NotFetched(Reason.REFUSED, "The address holds a name or a password.")
    if target.port is not None and target.port not in PORTS:
        raise NotFetched(Reason.REFUSED, "The address names a port that is neither 80 nor 443.")
    if not is_host(host):
        raise NotFetched(Reason.REFUSED, "The host in the address is no name and no public address.")
    return target


def exactly(target: httpx.URL) -> httpcore.URL:
    """The same address in the parts that were looked at, so that nobody reads it in another way."""
    return httpcore.URL(
        scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path
    )


def is_host(host: str) -> bool:
    """A name or a public address, written as people write it: no octal, decimal or hexadecimal numbers."""
    if ":" in host:
        return is_public(host)
    labels = host.removesuffix(".").split(".")
    if NUMBER.fullmatch(labels[-1]):  # what browsers and resolvers take for an IPv4 address, however written
        return is_address(host) and is_public(host)
    return len(host) <= 253 and all(LABEL.fullmatch(label) for label in labels)


def is_address(host: str) -> bool:
    try:
        return str(ip_address(host)) == host
    except ValueError:
        return False


def next_hop(target: httpx.URL, location: str) -> httpx.URL:
    try:
        there = str(target.join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise NotFetched(Reason.REFUSED, "It redirects to an address that cannot be read.") from error
    return allowed(there)


# -- connections


class Deadline:
    """The moment at which the visit ends, by a clock that nobody sets."""

    def __init__(self, seconds: float) -> None:
        self.end = monotonic() + seconds

    def left(self, most: float | None = PATIENCE) -> float:
        """Seconds that a step may take; NotFetched when none are left."""
        left = self.end - monotonic()
        if left <= 0:
            raise NotFetched(Reason.TOO_SLOW, "It took too long.")
        return left if most is None else min(left, most)


class Pinned(httpcore.NetworkBackend):
    """Connects to an address that was checked, never to a name that could stand for another one by then."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception | None = None
        for address in checked(host, port):
            try:
                return Hurried(connect(address, port, self.deadline.left()), self.deadline)
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                failure = error
        raise failure or NotFetched(Reason.NO_SUCH_HOST, f"{host} has no address.")


def checked(host: str, port: int) -> list[str]:
    """The addresses of a name, resolved once, if all of them are public."""
    addresses = list(dict.fromkeys(resolve(host, port)))
    if not all(is_public(address) for address in addresses):
        raise NotFetched(Reason.REFUSED, f"{host} stands for an address that is not public.")
    return addresses[:ADDRESSES]


def resolve(host: str, port: int) -> list[str]:
    """What the name servers say."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except socket.gaierror as error:
        gone = error.errno in NO_SUCH_NAME and any_name_is_known()
        reason = Reason.NO_SUCH_HOST if gone else Reason.UNREACHABLE
        raise NotFetched(reason, f"{host}: {error.strerror}") from error
    except UnicodeError as error:
        raise NotFetched(Reason.REFUSED, "The host in the address is no name.") from error
    return [str(entry[4][0]) for entry in found]


def any_name_is_known() -> bool:
    """False where no name can be looked up at all: a machine without a network says of every name that it is unknown."""
    try:
        return bool(socket.getaddrinfo(ALWAYS_THERE, 53, type=socket.SOCK_STREAM))
    except socket.gaierror:
        return False


def connect(address: str, port: int, seconds: float) -> httpcore.NetworkStream:
    """A connection to an address that was checked."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout=seconds)


class Hurried(httpcore.NetworkStream):
    """A stream of which every step ends with the visit, so that nobody holds it by a byte now and then."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self.stream, self.deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.deadline.left())

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self.stream.start_tls(ssl_context, server_hostname, self.deadline.left())
        return Hurried(stream, self.deadline)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


# -- what comes back


def read(
    url: str,
    response: httpcore.Response,
    headers: httpx.Headers,
    types: Collection[str] | None,
    limit: int,
) -> Page:
    said = headers.get("content-type", "")
    media = MEDIA_TYPE.match(said.strip())
    charset = CHARSET.search(said)
    page = Page(
        url=url,
        status=response.status,
        type=media[0].lower() if media else "",
        charset=charset[1].lower() if charset else "",
        body=b"",
        whole=False,
    )
    chunks: Iterator[bytes] = iter(response.iter_stream())
    if types is not None and 200 <= page.status < 300:
        if page.type not in types:
            raise NotFetched(Reason.UNFIT, f"It is of the type {page.type or 'unknown'}.")
        chunks = unpacked(chunks, headers.get("content-encoding", "").strip().lower(), limit)
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            return replace(page, body=bytes(body[:limit]))
    return replace(page, body=bytes(body), whole=True)


def unpacked(chunks: Iterator[bytes], encoding: str, limit: int) -> Iterator[bytes]:
    """The bytes as they were before they were packed, some though we asked for none; never more than asked for."""
    if encoding in ("", "identity"):
        yield from chunks
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise NotFetched(Reason.UNFIT, "It is packed in a way that is not known here.")
    unpack = zlib.decompressobj(wbits=47)  # gzip and zlib alike
    for chunk in chunks:
        try:
            yield unpack.decompress(chunk, limit + 1)
        except zlib.error as error:
            raise NotFetched(Reason.UNFIT, "It is packed, and broken.") from error


# -- the child process


def set_limits(seconds: float) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 2, int(seconds) + 2))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file


def run() -> None:
    """Reads what to visit from standard input; writes a line of JSON, then the body."""
    told = json.load(sys.stdin)
    set_limits(told["seconds"])
    try:
        page = visit(**told)
    except NotFetched as failure:
        said: dict[str, Any] = {"reason": failure.reason, "words": str(failure)}
        body = b""
    else:
        said = {
            "url": page.url,
            "status": page.status,
            "type": page.type,
            "charset": page.charset,
            "whole": page.whole,
        }
        body = page.body
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + body)
