import socket

import pytest

from advocacy.fetching import visit
from tests.fetching.web import Web

connect = socket.socket.connect


@pytest.fixture(autouse=True)
def nothing_leaves_the_machine(monkeypatch):
    """No test asks a name server or connects to another machine: it fails before a packet is sent."""

    def connect_here(self, address):
        assert self.family == socket.AF_UNIX or address[0] in ("127.0.0.1", "::1"), f"a packet to {address}"
        return connect(self, address)

    def ask_nobody(host, *args, **kwargs):
        if host == "127.0.0.1":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, args[0]))]
        raise AssertionError(f"the name servers are asked for {host}")

    monkeypatch.setattr(socket.socket, "connect", connect_here)
    monkeypatch.setattr(socket, "getaddrinfo", ask_nobody)


@pytest.fixture
def web(monkeypatch):
    """A server that runs; `site.example` and its public address lead to it."""
    server = Web(names={"site.example": ["93.184.216.34"]})
    monkeypatch.setattr(visit, "resolve", server.resolve)
    monkeypatch.setattr(visit, "connect", server.connect)
    yield server
    server.close()
