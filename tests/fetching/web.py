"""Somebody else's web server for tests, on this machine; names and connections are led to it."""

import socket
import ssl
import threading
from dataclasses import dataclass, field

from advocacy.fetching import visit

# Public addresses that belong to nobody in the tests: every connection to them ends at the server below.
SITE, OTHER = "93.184.216.34", "2606:2800:220:1::1"
OPEN_FOR = 30  # seconds after which a silent server gives up; never how long a test takes


def answer(body: bytes = b"hello", *, status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}"]
    headers = {"Content_Type": "text/html", "Content_Length": str(len(body)), **headers}
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return answer(b"", status=status, Location=to)


@dataclass
class Web:
    """Answers by path, as raw bytes; `None` is silence. `asked` are the heads of the requests as they came."""

    answers: dict = field(default_factory=dict)
    names: dict = field(
        default_factory=dict
    )  # what the name servers say; a list is used up, one answer a question
    asked: list = field(default_factory=list)
    connected: list = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    def __post_init__(self):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.closing = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while not self.closing.is_set():
            try:
                connection, _from = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.speak, args=(connection,), daemon=True).start()

    def speak(self, connection):
        connection.settimeout(OPEN_FOR)
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            while not self.closing.is_set():
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    head += piece
                self.asked.append(head.decode("latin-1"))
                said = self.answers.get(head.split()[1].decode("latin-1"), answer(status="404 Not Found"))
                for piece in [said] if isinstance(said, bytes) else said or [None]:
                    if piece is None:
                        self.closing.wait(OPEN_FOR)
                    else:
                        connection.sendall(piece)
        except OSError:
            return
        finally:
            connection.close()

    def close(self):
        self.closing.set()
        self.listening.close()

    # What stands in the place of the network

    def resolve(self, host, port):
        said = self.names.get(host)
        if said is None:
            raise visit.NotFetched(visit.Reason.NO_SUCH_HOST, f"{host}: Name or service not known")
        return said.pop(0) if isinstance(said[0], list) else said

    def connect(self, address, port, seconds):
        self.connected.append((address, port))
        if address == OTHER:
            raise visit.httpcore.ConnectError("no route")
        return visit.httpcore.SyncBackend().connect_tcp("127.0.0.1", self.port, timeout=seconds)
