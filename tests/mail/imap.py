"""A small IMAP server for tests, on a port of its own and by TLS: one folder, and the few commands that a reader needs."""

import asyncio
import base64
import re
import socket
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path

CERTIFICATE = Path(__file__).parent.parent / "certificate.pem"
PATIENCE = 60  # seconds that a silent server waits; never how long a test takes


@dataclass
class Mail:
    uid: int
    raw: bytes
    flags: set = field(default_factory=set)


class MailServer:
    """`mails` lie in the folder; `says` has other answers to a command, `silent` are commands it never answers."""

    def __init__(self, user="bounces@council.example", password="p/ss word ն", folder="INBOX"):
        self.user, self.password, self.folder = user, password, folder
        self.mails: list[Mail] = []
        self.validity = 7
        self.asked: list[str] = []
        self.says: dict[str, bytes] = {}
        self.silent: set[str] = set()
        self.broken: dict[int, str] = {}  # what it says in place of a mail, by the mail's number
        self.slow: set[str] = set()  # commands that are answered by a byte now and then
        self.greeting = b"* OK ready\r\n"
        self.plain = True  # whether it takes AUTHENTICATE PLAIN, or LOGIN alone
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]

    def put(self, raw, uid=None):
        mail = Mail(uid or max([each.uid for each in self.mails], default=0) + 1, raw)
        self.mails.append(mail)
        return mail

    # What is said to a client

    async def talk(self, reader, writer):
        try:
            writer.write(self.greeting)
            while line := await reader.readline():
                tag, _space, rest = line.decode().strip().partition(" ")
                command = " ".join(
                    rest.split()[:2] if rest.upper().startswith("UID") else rest.split()[:1]
                ).upper()
                self.asked.append(command)
                if command in self.silent:
                    await asyncio.sleep(PATIENCE)
                while command in self.slow:
                    writer.write(b"*")
                    await writer.drain()
                    await asyncio.sleep(0.05)
                if command in self.says:
                    writer.write(self.says[command].replace(b"TAG", tag.encode()))
                elif command == "AUTHENTICATE":
                    writer.write(b"+ \r\n")
                    writer.write(self.done(tag, self.knows((await reader.readline()).strip())))
                else:
                    writer.write(self.answer(tag, command, rest))
                await writer.drain()
                if command == "LOGOUT":
                    break
        except (ConnectionError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            writer.close()

    def knows(self, said):
        return base64.b64decode(said).decode() == f"\0{self.user}\0{self.password}"

    def done(self, tag, good=True, words="done"):
        return f"{tag} {'OK' if good else 'NO'} {words}\r\n".encode()

    def answer(self, tag, command, rest):
        if command == "CAPABILITY":
            more = " AUTH=PLAIN" if self.plain else ""
            return f"* CAPABILITY IMAP4rev1{more}\r\n".encode() + self.done(tag)
        if command == "LOGIN":
            return self.done(tag, rest.split(" ", 1)[1] == f'{self.user} "{self.password}"')
        if command == "SELECT":
            there = rest.split(" ", 1)[1] == f'"{self.folder}"'
            return f"* OK [UIDVALIDITY {self.validity}] valid\r\n".encode() + self.done(tag, there, "select")
        if command == "UID SEARCH":
            first = int(re.search(r"UID (\d+):\*", rest)[1])
            found = [mail.uid for mail in self.mails if mail.uid >= first] or [
                mail.uid for mail in self.mails[-1:]
            ]
            return f"* SEARCH {' '.join(map(str, found))}\r\n".encode() + self.done(tag)
        if command == "UID FETCH":
            uid, most = map(int, re.search(r"FETCH (\d+) \(BODY.PEEK\[\]<0\.(\d+)>\)", rest).groups())
            if uid in self.broken:
                return f"{self.broken[uid].replace('TAG', tag)}\r\n".encode()
            mail = next((each for each in self.mails if each.uid == uid), None)
            if mail is None:
                return self.done(tag)
            raw = mail.raw[:most]
            head = f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}\r\n".encode()
            return head + raw + b")\r\n" + self.done(tag)
        if command == "UID STORE":
            uid = int(rest.split()[2])
            next(each for each in self.mails if each.uid == uid).flags.add(re.search(r"\((.*)\)", rest)[1])
            return self.done(tag)
        return self.done(tag)

    # Running

    def start(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda loop, context: None)  # clients hang up as they like
        serving = asyncio.start_server(self.talk, sock=self.listening, ssl=context)
        self.running = self.loop.run_until_complete(serving)
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.loop.call_soon_threadsafe(self.running.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)
