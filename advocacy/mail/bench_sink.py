"""A mail server that says yes to everything and costs little, for `./cms bench --mailing`. It knows nothing of the site."""

import asyncio
import sys


class Sink(asyncio.Protocol):
    """The least that a mail server can be (RFC 5321)."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.held, self.in_text = transport, b"", False
        transport.write(b"220 bench\r\n")

    def data_received(self, data: bytes) -> None:
        self.held += data
        if self.in_text:
            if not self.held.endswith(b"\r\n.\r\n"):
                return
            self.held, self.in_text = b"", False
            self.transport.write(b"250 taken\r\n")
        while b"\r\n" in self.held:
            line, _, self.held = self.held.partition(b"\r\n")
            self.in_text = line.upper() == b"DATA"
            self.transport.write(b"354 go on\r\n" if self.in_text else b"250 yes\r\n")


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
