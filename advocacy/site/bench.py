"""What `./cms bench` asks of a running site: real pages, and bare views that answer the same bytes.

The bare views stand in the urls only while CMS_BENCH is set. They go through the same server and the same
middleware, so that a ratio tells what the view, its queries and its template cost, and nothing else.
"""

import re
import socket
import statistics
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Addresses of the sitemap, by the name a page has in the report.
PAGES = {
    "release": re.compile(r"/en/releases/[^/]+/$"),
    "releases": re.compile(r"/en/releases/$"),
    "letter": re.compile(r"/en/letters/[^/]+/$"),
}


def bare(request: HttpRequest, name: str) -> HttpResponse:
    """The least that Django can do to answer the bytes that `keep` wrote down."""
    return HttpResponse(kept(name))


def folder() -> Path:
    return Path(settings.DATA_DIR) / "bench"


def keep(name: str, body: bytes) -> None:
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / name).write_bytes(body)


@cache
def kept(name: str) -> bytes:
    return (folder() / name).read_bytes()


class Connection:
    """One kept-alive connection that reads no more than it must: the asker should cost little."""

    def __init__(self, host: str, port: int) -> None:
        self.host = f"{host}:{port}"
        self.socket = socket.create_connection((host, port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str) -> bytes:
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())
        head, body = self.receive_head()
        status = head.split(b" ", 2)[1]
        if status != b"200":
            raise ValueError(f"{path} answered {status.decode()}.")
        length = int(head.lower().partition(b"\r\ncontent-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self.socket.recv(1 << 18)
        return body

    def receive_head(self) -> tuple[bytes, bytes]:
        received = b""
        while b"\r\n\r\n" not in received:
            part = self.socket.recv(1 << 18)
            if not part:
                raise ConnectionError("The site closed the connection.")
            received += part
        head, _, body = received.partition(b"\r\n\r\n")
        return head, body

    def seconds(self, path: str) -> float:
        began = time.perf_counter()
        self.get(path)
        return time.perf_counter() - began


def find_pages(connection: Connection) -> dict[str, str]:
    """The newest page of each sort, as the sitemap names them."""
    found: dict[str, str] = {}
    for path in addresses(connection, "/sitemap.xml"):
        for name, form in PAGES.items():
            if name not in found and form.search(path):
                found[name] = path
    missing = sorted(set(PAGES) - set(found))
    if missing:
        raise ValueError(f"The sitemap names no page for: {', '.join(missing)}.")
    return {name: found[name] for name in PAGES}


def addresses(connection: Connection, path: str) -> Iterator[str]:
    """Every path in a sitemap, and in the sitemaps that it names."""
    text = connection.get(path).decode()
    for location in re.findall(r"<loc>\s*([^<\s]+)\s*</loc>", text):
        inner = "/" + location.split("://", 1)[-1].partition("/")[2]
        if inner.endswith(".xml"):
            yield from addresses(connection, inner)
        else:
            yield inner


def measure(connection: Connection, path: str, name: str, *, seconds: float) -> tuple[float, float, float]:
    """Milliseconds of the bare view and of the page, and the median of their ratios.

    The two are asked in turn, and in changing order, so that whatever else the machine does meets both alike.
    """
    bare_path = f"/bench/{name}"
    for _ in range(20):
        connection.get(path)
        connection.get(bare_path)
    bare_times, page_times = [], []
    limit = time.perf_counter() + seconds
    while time.perf_counter() < limit:
        pairs = [(bare_times, bare_path), (page_times, path)]
        for times, asked in pairs if len(page_times) % 2 else reversed(pairs):
            times.append(connection.seconds(asked))
    ratios = [page / plain for page, plain in zip(page_times, bare_times, strict=True)]
    return (
        statistics.median(bare_times) * 1000,
        statistics.median(page_times) * 1000,
        statistics.median(ratios),
    )
