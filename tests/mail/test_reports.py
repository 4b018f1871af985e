"""What is read from the mails in tests/mail/bounces, and from mails that were written to do harm."""

import base64
import os
import quopri
import random
import re
import time

import pytest

from advocacy.mail.reports import Kind, Report, read_report
from tests.mail.bounces import MAIL_ID, NAMES, RECIPIENT, bounce

FAILED, DELAYED, COMPLAINT = Kind
READ = {
    "postfix_unknown": (FAILED, "5.1.1", "rejected: User unknown in virtual mailbox table"),
    "postfix_delayed": (DELAYED, "4.4.1", "Connection timed out"),
    "postfix_expired": (FAILED, "4.4.1", "Connection timed out"),
    "exim_unknown": (FAILED, "5.1.1", "550 5.1.1 User unknown"),
    "exim_full": (FAILED, "5.2.2", "Mailbox full"),
    "exchange_unknown": (FAILED, "5.1.10", "RESOLVER.ADR.RecipientNotFound"),
    "exchange_policy": (FAILED, "5.7.1", "local policy"),
    "international": (FAILED, "5.1.1", "550 5.1.1"),
    "no_original": (FAILED, "5.1.1", ""),
    "forwarded_half": (DELAYED, "5.1.1", ""),
    "complaint": (COMPLAINT, "", "abuse"),
}


@pytest.mark.parametrize("name", NAMES)
def test_each_mail_is_read_or_is_no_report(name):
    report = read_report(bounce(name))
    if name not in READ:
        assert report is None
        return
    kind, status, words = READ[name]
    assert (report.kind, report.status) == (kind, status)
    assert words in report.words
    assert report.mail_ids == (() if name == "no_original" else (MAIL_ID,))
    assert report.recipients[:1] == ((RECIPIENT,) if name != "complaint" else ("redacted@people.example",))


def delivery_status(fields, *, head="Message-ID: <a1@b>"):
    return (
        "Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; x\n\n{fields}\n\n--x\nContent-Type: text/rfc822-headers\n\n{head}\n\n--x--\n"
    ).encode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ("Action: failed\nStatus: 5.1.1", "5.1.1"),
        ("Action: FAILED (really)\nStatus: 5.1.1 (no such user)", "5.1.1"),
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 unknown", "5.1.1"),
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 450 4.2.2 full", "5.0.0"),
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 unknown", "5.0.0"),
        ("Action: failed\nDiagnostic-Code: smtp; 550 unknown", "5.0.0"),
        ("Action: failed\nDiagnostic-Code: smtp; 450 try later", "4.0.0"),
        ("Action: failed\nDiagnostic-Code: smtp; host 10.5.1.1 said no", ""),
        ("Action: failed\nDiagnostic-Code: smtp; host 192.0.2.550 said no", ""),
        ("Action: failed\nStatus: 5.1", ""),
        ("Action: failed\nStatus: many", ""),
        ("Action: failed", ""),
    ],
)
def test_the_status_is_the_most_exact_that_is_told(fields, status):
    assert read_report(delivery_status(fields)).status == status


@pytest.mark.parametrize(
    ("fields", "recipients"),
    [
        ("Final-Recipient: rfc822; A@B.example", ("a@b.example",)),
        ("Final-Recipient: rfc822;<a@b.example>", ("a@b.example",)),
        (
            "Original-Recipient: rfc822;a+2Bb@c.example\nFinal-Recipient: rfc822;d@e.example",
            ("a+b@c.example", "d@e.example"),
        ),
        ("Final-Recipient: a@b.example", ("a@b.example",)),
        ("Final-Recipient: rfc822; anna+2024@b.example", ("anna+2024@b.example",)),
        ("Original-Recipient: rfc822; anna+2024@b.example", ("anna+2024@b.example",)),
        ("Final-Recipient: rfc822; a%41@b.example", ("a%41@b.example",)),
        ("Final-Recipient: x400; /S=a/", ()),
        ("Final-Recipient: rfc822; a@b.example, c@d.example", ("a@b.example",)),
        ("Final-Recipient: rfc822;", ()),
        ("", ()),
    ],
)
def test_recipients_are_read_as_servers_write_them(fields, recipients):
    assert read_report(delivery_status(f"Action: failed\n{fields}".strip())).recipients == recipients


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "", "fail", "unknown"])
def test_what_did_not_fail_is_no_bounce(action):
    assert read_report(delivery_status(f"Action: {action}\nStatus: 5.1.1")) is None


def test_the_head_of_the_mail_may_be_packed():
    raw = bounce("postfix_delayed").replace(
        b"Content-Type: text/rfc822-headers\r\n",
        b"Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: quoted-printable\r\n",
    )
    raw = raw.replace(b"@council.example>\r\nTo:", b"=40council.example>\r\nTo:")
    assert read_report(raw).mail_ids == (MAIL_ID,)


def test_what_a_server_answers_in_another_script_can_be_read():
    assert read_report(bounce("international")).words == "550 5.1.1 Հասցեն գոյություն չունի"


PACKED = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}


@pytest.mark.parametrize("name", ["international", "postfix_unknown", "complaint"])
@pytest.mark.parametrize("how", PACKED)
def test_every_part_may_be_packed(name, how):
    """RFC 6533 allows it, and servers on the way do it to what is not seven bits."""
    usual = read_report(bounce(name))
    boundary = re.search(rb'boundary="([^"]+)"', bounce(name))[1]
    top, *parts, end = bounce(name).replace(b"\r\n", b"\n").split(b"--" + boundary)
    packed = []
    for part in parts:
        head, _line, body = part.partition(b"\n\n")
        head = re.sub(rb"\nContent-Transfer-Encoding: .*", b"", head)
        packed.append(head + f"\nContent-Transfer-Encoding: {how}\n\n".encode() + PACKED[how](body) + b"\n")
    raw = (b"--" + boundary).join([top, *packed, end])
    assert read_report(raw) == usual


def test_a_report_may_be_wrapped_by_a_server_on_the_way():
    """Some put a remark of their own below every mail."""
    inner = bounce("postfix_unknown")
    raw = b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n" + inner
    raw += b"\r\n--y\r\nContent-Type: text/plain\r\n\r\nThis mail was scanned.\r\n--y--\r\n"
    assert read_report(raw) == read_report(inner)


def test_a_report_within_an_answer_is_not_read():
    """Somebody forwards a bounce that they got: it is about a mail of theirs."""
    inner = bounce("postfix_unknown")
    raw = b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\nContent-Type: message/rfc822\r\n\r\n"
    assert read_report(raw + inner + b"\r\n--y--\r\n") is None


HOSTILE = {
    "nothing": b"",
    "zeros": b"\0" * 100_000,
    "noise": os.urandom(100_000),
    "one line": b"a" * 200_000,
    "only a boundary": b"Content-Type: multipart/report; boundary=x\n\n--x",
    "no boundary": b"Content-Type: multipart/report\n\nAction: failed",
    "nested": b"Content-Type: multipart/report; boundary=x\n\n"
    + b"".join(b"--x%d\nContent-Type: multipart/report; boundary=x%d\n\n" % (n, n + 1) for n in range(3000)),
    "nested mails": b"Content-Type: multipart/report; boundary=x\n\n--x\n"
    + b"Content-Type: message/rfc822\n\n" * 5000,
    "charset": b"Content-Type: multipart/report; boundary=x; charset=\xff\n\n--x\nContent-Type: message/delivery-status\n\nAction: failed\nStatus: \xff\xfe\n\n--x--",
    "many fields": delivery_status("Action: failed\n" + "X: y\n" * 30_000),
    "many blocks": delivery_status("Action: failed\n\n" * 20_000),
    "long field": delivery_status("Action: failed\nDiagnostic-Code: " + "5.1.1 " * 30_000),
    "long address": delivery_status("Action: failed\nFinal-Recipient: rfc822; " + "a" * 200_000),
    "many at signs": delivery_status("Action: failed\nFinal-Recipient: rfc822; " + "@" * 200_000),
    "many ids": delivery_status("Action: failed", head="Message-ID: " + "<a1@b>" * 30_000),
    "open ids": delivery_status("Action: failed", head="Message-ID: " + "<" * 200_000),
    "nul": delivery_status("Action: failed\nStatus: 5.1.1\nDiagnostic-Code: \0\x1b[31m\u2028"),
    "encoded word": delivery_status("Action: =?utf-8?q?failed?=\nFinal-Recipient: =?x?b?////?="),
    "surrogates": delivery_status("Action: failed\nFinal-Recipient: rfc822; \udcff@b.example"),
    "rfc2231": b"Content-Type: multipart/report; boundary*0*=x''%FF; boundary*1=y\n\n--x\n",
    "base64": b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n!!!!\n\n--x--",
}


def safely(raw):
    try:
        return read_report(raw)
    except Exception as error:
        return error


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mails_are_read_quickly_and_say_nothing_that_breaks_a_line(name):
    began = time.monotonic()
    report = safely(HOSTILE[name])
    assert time.monotonic() - began < 10
    if isinstance(report, Report):
        assert report.words.isprintable()
        assert len(report.words) <= 500
        assert len(report.mail_ids) <= 20
        assert all(address.isprintable() and len(address) < 320 for address in report.recipients)


def test_a_mail_that_is_cut_or_scrambled_anywhere_breaks_nothing():
    """Whatever is left of it is a report or none; nothing but an exception of Python's own may come of it."""
    dice = random.Random(7)
    for name in NAMES:
        raw = bounce(name)
        for _time in range(40):
            broken = bytearray(raw[: dice.randrange(len(raw))])
            for _change in range(dice.randrange(5)):
                if broken:
                    broken[dice.randrange(len(broken))] = dice.randrange(256)
            report = safely(bytes(broken))
            assert report is None or isinstance(report, Report), report
