"""The client for a mailbox, against a server of the tests' own, by TLS."""

import ssl
import time
from datetime import date
from imaplib import IMAP4

import pytest

from advocacy.mail.imap import LONGEST_MAIL, opened
from advocacy.mail.server import Mailbox
from tests.mail.imap import CERTIFICATE, MailServer

DAY = date(2026, 3, 9)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    server = MailServer()
    server.start()
    yield server
    server.stop()


def box_of(server, **changes):
    box = Mailbox("127.0.0.1", server.port, server.user, server.password, server.folder)
    return box._replace(**changes)


def test_new_mails_are_listed_and_read_and_stay_unread(server):
    mails = [server.put(b"Subject: %d\r\n\r\nwords\r\n" % number, uid=number) for number in (3, 4, 9)]
    with opened(box_of(server), 10) as folder:
        assert folder.validity == 7
        assert folder.after(0, DAY) == [3, 4, 9]
        assert folder.after(3, DAY) == [4, 9]
        assert folder.after(9, DAY) == [], "the server names the last mail nevertheless"
        assert folder.mail(4) == mails[1].raw
        assert folder.mail(5) == b""
        assert not any(mail.flags for mail in mails)
        folder.mark_read(4)
    assert [mail.flags for mail in mails] == [set(), {r"\Seen"}, set()]
    assert server.asked[-1] == "LOGOUT"


def test_of_a_large_mail_the_beginning_is_read(server):
    server.put(b"a" * (LONGEST_MAIL + 100))
    with opened(box_of(server), 10) as folder:
        assert folder.mail(1) == b"a" * LONGEST_MAIL


@pytest.mark.parametrize("folder", ["INBOX", "Bounced mail", 'a"b\\c'])
def test_folders_are_named_as_they_are(server, folder):
    server.folder = folder if folder != 'a"b\\c' else 'a\\"b\\\\c'
    with opened(box_of(server, folder=folder), 10) as opened_folder:
        assert opened_folder.after(0, DAY) == []


def test_a_server_that_takes_login_alone(server):
    server.plain, server.password = False, "secret"
    with opened(box_of(server), 10) as folder:
        assert folder.validity == 7


@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"user": "nobody"}, {"folder": "None"}])
def test_a_no_is_told_without_the_password(server, changes):
    box = box_of(server, **changes)
    with pytest.raises(IMAP4.error) as failure, opened(box, 10):
        pass
    assert box.password not in str(failure.value)


def test_a_certificate_that_nobody_knows_is_not_trusted(server, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ssl.SSLCertVerificationError), opened(box_of(server), 10):
        pass
    assert not server.asked


@pytest.mark.parametrize("command", ["CAPABILITY", "AUTHENTICATE", "SELECT", "UID SEARCH", "UID FETCH"])
def test_a_server_that_falls_silent_is_left(server, command):
    server.silent = {command}
    server.put(b"words")
    began = time.monotonic()
    with pytest.raises((OSError, IMAP4.error)), opened(box_of(server), 1) as folder:
        folder.mail(*folder.after(0, DAY))
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("command", ["AUTHENTICATE", "UID SEARCH"])
def test_a_server_that_says_a_byte_now_and_then_is_left(server, command):
    """Each byte comes in time; the whole has an end all the same."""
    server.slow = {command}
    began = time.monotonic()
    with pytest.raises(TimeoutError), opened(box_of(server), 1) as folder:
        folder.after(0, DAY)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("size", [LONGEST_MAIL + 1, 99_999_999_999])
def test_a_server_may_not_send_more_than_was_asked_for(server, size):
    server.says["UID FETCH"] = b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n" % size
    with pytest.raises(IMAP4.abort, match="more than it was asked for"), opened(box_of(server), 10) as folder:
        folder.mail(1)


@pytest.mark.parametrize(
    "said",
    [
        b"* SEARCH " + b"1 " * 600_000 + b"\r\nTAG OK\r\n",
        b"\xff\xfe\r\nTAG OK\r\n",
        b"TAG BAD no\r\n",
        b"TAG NO no\r\n",
        b"* BYE\r\n",
        pytest.param(b"+ go on\r\n", marks=pytest.mark.slow),  # the reader's patience ends first
    ],
)
def test_nonsense_from_the_server_is_an_error_that_is_expected(server, said):
    server.says["UID FETCH"] = server.says["UID SEARCH"] = said
    for read in (lambda folder: folder.mail(1), lambda folder: folder.after(0, DAY)):
        with pytest.raises((OSError, IMAP4.error, ValueError)), opened(box_of(server), 2) as folder:
            read(folder)
