"""A real mail server for tests, on a port of its own: it keeps what it gets and answers as it is told."""

import asyncio
import socket
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult

PATIENCE = 60  # seconds that a test waits for something before it fails; never how long it takes


@dataclass
class Received:
    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def head(self) -> list[bytes]:
        """The lines of the header as they came, folded ones in one piece."""
        return (
            self.raw.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n")
        )

    @property
    def header_names(self) -> list[str]:
        return sorted(line.partition(b":")[0].decode() for line in self.head)


@dataclass
class Hold:
    """A moment at which the server falls silent until it is let go."""

    reached: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def wait(self, sender) -> None:
        """Until the process that sends has come this far; it fails the test if that process ends first."""
        while not self.reached.wait(0.5):
            assert sender.is_alive(), f"the mail server was not reached: {sender.told}"

    async def silence(self) -> None:
        self.reached.set()
        await asyncio.to_thread(self.let_go.wait, PATIENCE)


class Sink:
    """Answers wait in a list for each command; with none waiting it says yes. "close" hangs up instead."""

    def __init__(self):
        self.received: list[Received] = []
        self.answers: dict[str, list[str]] = {"MAIL": [], "RCPT": [], "DATA": []}
        self.holds: dict[str, Hold] = {}
        self.user: tuple[str, str] | None = None
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]

    def hold(self, command: str) -> Hold:
        """Fall silent the next time this command comes."""
        self.holds[command] = Hold()
        return self.holds[command]

    # What aiosmtpd calls

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        await self.pause("EHLO")
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if answer := await self.next_answer("MAIL", server):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := await self.next_answer("RCPT", server):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        waiting = self.answers["DATA"][:1]
        if not waiting or waiting == ["close"]:  # taken in, whether or not the other side hears of it
            self.received.append(Received(envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return await self.next_answer("DATA", server) or "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        await self.pause("QUIT")
        return "221 Bye"

    async def pause(self, command):
        if hold := self.holds.pop(command, None):
            await hold.silence()

    async def next_answer(self, command, server):
        await self.pause(command)
        answer = self.answers[command].pop(0) if self.answers[command] else None
        if answer == "close":
            server.transport.abort()
        return answer

    def check_login(self, server, session, envelope, mechanism, login):
        known = (login.login.decode(), login.password.decode()) == self.user
        return AuthResult(success=known, handled=known)

    # Running

    def server(self):
        return SMTP(
            self,
            loop=self.loop,
            hostname="sink.test",
            enable_SMTPUTF8=True,
            authenticator=self.check_login if self.user else None,
            auth_required=bool(self.user),
            auth_require_tls=False,
        )

    def start(self):
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda loop, context: None)  # clients are killed on purpose
        self.running = self.loop.run_until_complete(self.loop.create_server(self.server, sock=self.listening))
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def go_down(self):
        """Nobody answers at the port any more, and who talks is cut off."""

        async def close():
            self.running.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        asyncio.run_coroutine_threadsafe(close(), self.loop).result(PATIENCE)

    def come_back(self):
        async def listen():
            self.running = await self.loop.create_server(self.server, host="127.0.0.1", port=self.port)

        asyncio.run_coroutine_threadsafe(listen(), self.loop).result(PATIENCE)

    def stop(self):
        for hold in self.holds.values():
            hold.let_go.set()
        self.loop.call_soon_threadsafe(self.running.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)
